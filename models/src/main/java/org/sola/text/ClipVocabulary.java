package org.sola.text;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.GZIPInputStream;

/**
 * CLIP's pieces (Radford et al. 2021), made as its {@code simple_tokenizer.py} makes them from a gzip of merges in order of
 * rank: 256 symbols for bytes, the same at the end of a word, one piece a merge, then start and end of text.
 */
final class ClipVocabulary {
    /** The published file; its first line is a comment. */
    static final String FILE = "bpe_simple_vocab_16e6.txt.gz";

    static final String START = "<|startoftext|>";
    static final String END = "<|endoftext|>";

    private static final int PIECES = 49408;
    private static final int BYTES = 256;
    private static final int MERGES = PIECES - 2 * BYTES - 2;
    private static final String WORD_END = "</w>";
    private static final String WORDS =
            "<\\|startoftext\\|>|<\\|endoftext\\|>|'s|'t|'re|'ve|'m|'ll|'d|[\\p{L}]+|[\\p{N}]|[^\\s\\p{L}\\p{N}]+";

    private final Map<String, Integer> pieces;
    private final List<String> merges;

    private ClipVocabulary(Map<String, Integer> pieces, List<String> merges) {
        this.pieces = pieces;
        this.merges = merges;
    }

    static ClipVocabulary read(Path file) throws IOException {
        List<String> lines;
        try (var in = new GZIPInputStream(Files.newInputStream(file))) {
            lines = new String(in.readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .toList();
        } catch (java.util.zip.ZipException e) {
            throw new IOException(file + " is no gzip file: " + e.getMessage(), e);
        }
        if (lines.size() <= MERGES) {
            throw new IOException(file + " has " + lines.size() + " lines, CLIP's vocabulary has more than " + MERGES
                    + "; fetch it again");
        }
        var merges = List.copyOf(lines.subList(1, MERGES + 1));
        var pieces = new LinkedHashMap<String, Integer>();
        var symbols = symbols();
        symbols.forEach(symbol -> pieces.put(symbol, pieces.size()));
        symbols.forEach(symbol -> pieces.put(symbol + WORD_END, pieces.size()));
        for (int i = 0; i < merges.size(); i++) {
            var pair = merges.get(i).split(" ", -1);
            if (pair.length != 2 || pieces.putIfAbsent(pair[0] + pair[1], pieces.size()) != null) {
                throw new IOException(file + ", line " + (i + 2) + ": expected a new pair of pieces, found \""
                        + merges.get(i) + "\"");
            }
        }
        pieces.put(START, pieces.size());
        pieces.put(END, pieces.size());
        return new ClipVocabulary(pieces, merges);
    }

    /** A printable symbol for each byte, in the order of the vocabulary: those that are printable as they are first. */
    private static List<String> symbols() {
        var printable = new ArrayList<String>();
        var others = new ArrayList<String>();
        for (int value = 0; value < BYTES; value++) {
            boolean isPrintable = value >= '!' && value <= '~' || value >= 0xA1 && value <= 0xFF && value != 0xAD;
            (isPrintable ? printable : others).add(Character.toString(isPrintable ? value : BYTES + others.size()));
        }
        printable.addAll(others);
        return printable;
    }

    /** The content of a {@code tokenizer.json}. */
    ObjectNode json() {
        var json = new ObjectMapper();
        var tree = json.createObjectNode().put("version", "1.0");
        var normalizer = tree.putObject("normalizer").put("type", "Sequence").putArray("normalizers");
        normalizer.addObject().put("type", "NFC");
        normalizer
                .addObject()
                .put("type", "Replace")
                .put("content", " ")
                .putObject("pattern")
                .put("Regex", "\\s+");
        normalizer.addObject().put("type", "Lowercase");
        var splitter = tree.putObject("pre_tokenizer").put("type", "Sequence").putArray("pretokenizers");
        splitter.addObject()
                .put("type", "Split")
                .put("behavior", "Removed")
                .put("invert", true)
                .putObject("pattern")
                .put("Regex", WORDS);
        var byteLevel = Map.of("type", "ByteLevel", "add_prefix_space", false, "trim_offsets", true);
        splitter.add(json.<ObjectNode>valueToTree(byteLevel));
        tree.set("decoder", json.valueToTree(byteLevel));
        var model = tree.putObject("model")
                .put("type", "BPE")
                .put("unk_token", END)
                .put("continuing_subword_prefix", "")
                .put("end_of_word_suffix", WORD_END);
        model.set("vocab", json.valueToTree(pieces));
        model.set("merges", json.valueToTree(merges));
        var added = tree.putArray("added_tokens");
        for (String piece : List.of(START, END)) {
            added.addObject()
                    .put("id", pieces.get(piece))
                    .put("content", piece)
                    .put("single_word", false)
                    .put("lstrip", false)
                    .put("rstrip", false)
                    .put("normalized", true)
                    .put("special", true);
        }
        var ends = tree.putObject("post_processor")
                .put("type", "RobertaProcessing")
                .put("trim_offsets", false)
                .put("add_prefix_space", false);
        ends.putArray("sep").add(END).add(pieces.get(END));
        ends.putArray("cls").add(START).add(pieces.get(START));
        return tree;
    }
}
