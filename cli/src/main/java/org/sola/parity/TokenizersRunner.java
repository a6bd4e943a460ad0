package org.sola.parity;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.sola.text.TextTokenizer;
import org.sola.text.TokenizerKind;

/** Sentences to piece numbers by the vocabularies in the folder {@code vocab} beside the cases'. */
final class TokenizersRunner implements ParityRunner {
    @Override
    public boolean accepts(ParityCase parityCase) {
        return parityCase.json().path("sentences").path(0).has("roberta")
                && parityCase.json().path("sentences").path(0).has("bert_uncased");
    }

    @Override
    public void run(ParityCase parityCase, Checks checks) throws Exception {
        var vocabularies = vocabularies(parityCase.folder());
        compare(parityCase, checks, "roberta", TokenizerKind.BYTE_LEVEL_PAIRS, vocabularies.resolve("roberta"));
        // RoBERTa's older files must give what the whole one gives
        var whole = vocabularies.resolve("roberta/tokenizer.json");
        compare(parityCase, checks, "roberta", TokenizerKind.BYTE_LEVEL_PAIRS, whole);
        compare(parityCase, checks, "bert_uncased", TokenizerKind.WORD_PIECE, vocabularies.resolve("bert"));
        var clip = vocabularies.resolve("clip/tokenizer.json");
        compare(parityCase, checks, "clip_hf_tokenizer_json", TokenizerKind.BYTE_LEVEL_PAIRS, clip);
    }

    /** The folder {@code vocab} at or above {@code folder}. */
    static Path vocabularies(Path folder) throws IOException {
        for (var at = folder; at != null; at = at.getParent()) {
            if (Files.isDirectory(at.resolve("vocab"))) {
                return at.resolve("vocab");
            }
        }
        throw new IOException("no folder vocab above " + folder + "; it holds the vocabularies of this case");
    }

    private static void compare(ParityCase parityCase, Checks checks, String column, TokenizerKind kind, Path place)
            throws IOException {
        var texts = new ArrayList<String>();
        var sentences = parityCase.json().path("sentences");
        sentences.forEach(sentence -> texts.add(sentence.path("text").asText()));
        try (var tokenizer = TextTokenizer.open(kind, place)) {
            var together = tokenizer.encodeAll(texts);
            for (int i = 0; i < texts.size(); i++) {
                var alone = tokenizer.encode(texts.get(i));
                String what = column + ": " + texts.get(i).strip();
                checks.fact(what, alone.ids().equals(numbers(sentences.get(i).path(column))));
                checks.fact(what + ", in a batch", together.get(i).equals(alone));
                var pieces = sentences.get(i).path(column.replaceAll("_.*", "") + "_tokens");
                if (pieces.isArray()) {
                    checks.fact(what + ", pieces", alone.pieces().equals(words(pieces)));
                }
            }
        }
    }

    static List<Long> numbers(JsonNode list) {
        var numbers = new ArrayList<Long>();
        list.forEach(node -> numbers.add(node.asLong()));
        return numbers;
    }

    private static List<String> words(JsonNode list) {
        var words = new ArrayList<String>();
        list.forEach(node -> words.add(node.asText()));
        return words;
    }
}
