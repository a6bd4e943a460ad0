package org.sola.text;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.charset.MalformedInputException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** The files of a tokenizer; those of the older kind are brought into the form of a {@code tokenizer.json}. */
final class TokenizerFiles {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String WHOLE = "tokenizer.json";

    private final TokenizerKind kind;
    private final List<Path> files;

    private TokenizerFiles(TokenizerKind kind, List<Path> files) {
        this.kind = kind;
        this.files = files;
    }

    static TokenizerFiles find(TokenizerKind kind, Path place) throws IOException {
        if (Files.isRegularFile(place)) {
            return new TokenizerFiles(kind, List.of(place));
        }
        var whole = place.resolve(WHOLE);
        if (Files.isRegularFile(whole)) {
            return new TokenizerFiles(kind, List.of(whole));
        }
        var names =
                switch (kind) {
                    case WORD_PIECE -> List.of("vocab.txt");
                    case BYTE_LEVEL_PAIRS -> List.of("vocab.json", "merges.txt");
                    case CLIP_PAIRS -> List.of(ClipVocabulary.FILE);
                };
        var parts = names.stream().map(place::resolve).toList();
        var missing = parts.stream().filter(file -> !Files.isRegularFile(file)).toList();
        if (!missing.isEmpty()) {
            throw new IOException(place + " has no " + WHOLE + " and no "
                    + missing.stream()
                            .map(file -> file.getFileName().toString())
                            .collect(Collectors.joining(" and "))
                    + "; put the tokenizer files that were published with the model there");
        }
        return new TokenizerFiles(kind, parts);
    }

    /** The content of a {@code tokenizer.json}. */
    byte[] json() throws IOException {
        if (files.get(0).getFileName().toString().endsWith(".json") && files.size() == 1) {
            return Files.readAllBytes(files.get(0));
        }
        return JSON.writeValueAsBytes(
                switch (kind) {
                    case WORD_PIECE -> wordPiece();
                    case BYTE_LEVEL_PAIRS -> byteLevelPairs();
                    case CLIP_PAIRS -> ClipVocabulary.read(files.get(0)).json();
                });
    }

    private ObjectNode wordPiece() throws IOException {
        var tree = JSON.createObjectNode().put("version", "1.0");
        tree.putObject("normalizer")
                .put("type", "BertNormalizer")
                .put("clean_text", true)
                .put("handle_chinese_chars", true)
                .putNull("strip_accents") // follows lowercase
                .put("lowercase", true);
        tree.putObject("pre_tokenizer").put("type", "BertPreTokenizer");
        tree.putObject("decoder").put("type", "WordPiece").put("prefix", "##").put("cleanup", true);
        var model = tree.putObject("model")
                .put("type", "WordPiece")
                .put("unk_token", "[UNK]")
                .put("continuing_subword_prefix", "##")
                .put("max_input_chars_per_word", 100);
        var vocabulary = model.putObject("vocab");
        var lines = lines(files.get(0));
        for (int i = 0; i < lines.size(); i++) {
            vocabulary.put(lines.get(i), i);
        }
        var special = List.of("[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]");
        addSpecial(tree, vocabulary, special);
        var ends = tree.putObject("post_processor").put("type", "BertProcessing");
        ends.putArray("sep").add("[SEP]").add(vocabulary.path("[SEP]").asInt());
        ends.putArray("cls").add("[CLS]").add(vocabulary.path("[CLS]").asInt());
        return tree;
    }

    private ObjectNode byteLevelPairs() throws IOException {
        var tree = JSON.createObjectNode().put("version", "1.0");
        var byteLevel = Map.of("type", "ByteLevel", "add_prefix_space", false, "trim_offsets", true);
        tree.set("pre_tokenizer", JSON.valueToTree(byteLevel));
        tree.set("decoder", JSON.valueToTree(byteLevel));
        var model = tree.putObject("model").put("type", "BPE");
        var vocabulary = vocabulary(files.get(0));
        model.set("vocab", vocabulary);
        var merges = model.putArray("merges");
        for (String line : lines(files.get(1))) {
            if (!line.startsWith("#version") && !line.isEmpty()) {
                merges.add(line);
            }
        }
        addSpecial(tree, vocabulary, List.of("<s>", "<pad>", "</s>", "<unk>", "<mask>"));
        var ends = tree.putObject("post_processor")
                .put("type", "RobertaProcessing")
                .put("trim_offsets", true)
                .put("add_prefix_space", false);
        ends.putArray("sep").add("</s>").add(vocabulary.path("</s>").asInt());
        ends.putArray("cls").add("<s>").add(vocabulary.path("<s>").asInt());
        return tree;
    }

    private void addSpecial(ObjectNode tree, ObjectNode vocabulary, List<String> pieces) throws IOException {
        var added = tree.putArray("added_tokens");
        for (String piece : pieces) {
            if (!vocabulary.has(piece)) {
                throw new IOException(
                        files.get(0) + " has no piece " + piece + "; is it the vocabulary of another model?");
            }
            added.addObject()
                    .put("id", vocabulary.path(piece).asInt())
                    .put("content", piece)
                    .put("single_word", false)
                    .put("lstrip", piece.equals("<mask>"))
                    .put("rstrip", false)
                    .put("normalized", false)
                    .put("special", true);
        }
    }

    private static ObjectNode vocabulary(Path file) throws IOException {
        try {
            if (JSON.readTree(file.toFile()) instanceof ObjectNode vocabulary) {
                return vocabulary;
            }
            throw new IOException(file + " is not a JSON object of pieces and their numbers");
        } catch (JsonProcessingException e) {
            throw new IOException(file + " is not valid JSON: " + e.getOriginalMessage(), e);
        }
    }

    /** Lines end with a line feed alone, or after a carriage return; other separators are pieces. */
    private static List<String> lines(Path file) throws IOException {
        try {
            return Files.readString(file).lines().toList();
        } catch (MalformedInputException e) {
            throw new IOException(file + " is not UTF-8 text", e);
        }
    }

    @Override
    public String toString() {
        return files.stream().map(Path::toString).collect(Collectors.joining(" and "));
    }
}
