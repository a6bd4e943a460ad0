package org.sola.text;

import ai.djl.huggingface.tokenizers.Encoding;
import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/**
 * Cuts texts into word pieces, special ones added, nothing cut off and nothing filled up. May be used from several
 * threads.
 */
public final class TextTokenizer implements AutoCloseable {
    private static final Map<String, String> WHOLE = Map.of("truncation", "do_not_truncate", "padding", "do_not_pad");

    private final HuggingFaceTokenizer tokenizer;
    private final String origin;

    private TextTokenizer(HuggingFaceTokenizer tokenizer, String origin) {
        this.tokenizer = tokenizer;
        this.origin = origin;
    }

    /**
     * Opens the {@code tokenizer.json} in {@code folder}, else the {@code vocab.txt}, or the {@code vocab.json} and
     * {@code merges.txt}, of that kind; {@code folder} may also be the {@code tokenizer.json} itself.
     */
    public static TextTokenizer open(TokenizerKind kind, Path folder) throws IOException {
        var files = TokenizerFiles.find(kind, folder);
        return of(files.json(), files.toString());
    }

    /** @param json the content of a {@code tokenizer.json} */
    static TextTokenizer of(byte[] json, String origin) throws IOException {
        try {
            return new TextTokenizer(HuggingFaceTokenizer.newInstance(new ByteArrayInputStream(json), WHOLE), origin);
        } catch (RuntimeException e) {
            throw new IOException(origin + " cannot be read as a tokenizer: " + e.getMessage(), e);
        }
    }

    public WordPieces encode(String text) {
        return pieces(tokenizer.encode(text));
    }

    public List<WordPieces> encodeAll(List<String> texts) {
        if (texts.isEmpty()) {
            return List.of();
        }
        return Arrays.stream(tokenizer.batchEncode(texts))
                .map(TextTokenizer::pieces)
                .toList();
    }

    /** The text of pieces, special ones included. */
    public String decode(List<Long> ids) {
        return tokenizer.decode(ids.stream().mapToLong(Long::longValue).toArray(), false);
    }

    private static WordPieces pieces(Encoding encoding) {
        return new WordPieces(Arrays.stream(encoding.getIds()).boxed().toList(), List.of(encoding.getTokens()), false);
    }

    @Override
    public void close() {
        tokenizer.close();
    }

    @Override
    public String toString() {
        return origin;
    }
}
