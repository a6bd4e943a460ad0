package org.sola.evfsam;

import ai.djl.engine.EngineException;
import ai.djl.sentencepiece.SpTokenizer;
import java.io.IOException;
import java.nio.file.Path;
import java.text.Normalizer;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.LongStream;

/**
 * Cuts expressions into the pieces of a SentencePiece model, numbered as XLM-RoBERTa's tokenizer numbers them: {@code <s>}
 * 0, {@code <pad>} 1, {@code </s>} 2, {@code <unk>} 3, the model's own pieces one higher than the model has them, {@code
 * <mask>} after the last. May be used from several threads.
 */
public final class ExpressionTokenizer implements AutoCloseable {
    private static final long BEGIN = 0;
    private static final long END = 2;
    private static final long UNKNOWN = 3;
    private static final int UNKNOWN_IN_MODEL = 0;
    private static final int SHIFT = 1; // of the model's numbers

    /** Stands for characters beyond 16 bits; no vocabulary has it. */
    private static final String ANYTHING_ELSE = "\uE8FF";

    private final SpTokenizer model;
    private final Map<String, Long> special = new LinkedHashMap<>();
    private final Pattern specialPieces;
    private final String origin;
    private boolean isClosed;

    private ExpressionTokenizer(SpTokenizer model, int pieces, String origin) {
        this.model = model;
        this.origin = origin;
        special.put("<s>", BEGIN);
        special.put("<pad>", 1L);
        special.put("</s>", END);
        special.put("<unk>", UNKNOWN);
        special.put("<mask>", (long) pieces + SHIFT);
        specialPieces =
                Pattern.compile(special.keySet().stream().map(Pattern::quote).collect(Collectors.joining("|")));
    }

    /** @param file the model, as published {@code sentencepiece.bpe.model} */
    public static ExpressionTokenizer open(Path file) throws IOException {
        var checked = SentencePieceFile.read(file);
        try {
            return new ExpressionTokenizer(new SpTokenizer(checked.content()), checked.pieces(), file.toString());
        } catch (EngineException e) {
            throw new IOException(file + " cannot be read as a SentencePiece model: " + e.getMessage(), e);
        }
    }

    /** Numbers that pieces can have: 0 up to this, exclusive. */
    public int vocabulary() {
        return Math.toIntExact(special.get("<mask>") + 1);
    }

    /** The pieces of {@code expression} between a begin and an end; a special piece's name in the text is that piece. */
    public synchronized long[] encode(String expression) {
        if (isClosed) {
            throw new IllegalStateException("the tokenizer of " + origin + " is closed");
        }
        var ids = LongStream.builder().add(BEGIN);
        var matcher = specialPieces.matcher(expression);
        int at = 0;
        while (matcher.find()) {
            addText(expression.substring(at, matcher.start()), ids);
            ids.add(special.get(matcher.group()));
            at = matcher.end();
        }
        addText(expression.substring(at), ids);
        return ids.add(END).build().toArray();
    }

    /** The same cut to at most {@code most} pieces, the end kept. */
    public long[] encode(String expression, int most) {
        long[] pieces = encode(expression);
        if (pieces.length <= most) {
            return pieces;
        }
        long[] cut = Arrays.copyOf(pieces, most);
        cut[most - 1] = END;
        return cut;
    }

    private void addText(String text, LongStream.Builder ids) {
        if (!text.isBlank()) {
            for (int piece : model.getProcessor().encode(within16Bits(text))) {
                ids.add(piece == UNKNOWN_IN_MODEL ? UNKNOWN : piece + SHIFT);
            }
        }
    }

    /**
     * The library takes Java's own form of UTF-8, in which characters beyond 16 bits are broken and vanish. Those that
     * mean an ordinary character become it, as the model's own normalisation would have it; the others become one that no
     * vocabulary has, so that they stay unknown pieces.
     */
    private static String within16Bits(String text) {
        if (text.codePoints().noneMatch(Character::isSupplementaryCodePoint)) {
            return text;
        }
        return text.codePoints()
                .mapToObj(c -> {
                    String whole = Character.toString(c);
                    String plain = Character.isSupplementaryCodePoint(c)
                            ? Normalizer.normalize(whole, Normalizer.Form.NFKC)
                            : whole;
                    return plain.codePoints().anyMatch(Character::isSupplementaryCodePoint) ? ANYTHING_ELSE : plain;
                })
                .collect(Collectors.joining());
    }

    @Override
    public synchronized void close() {
        if (!isClosed) { // the library would free its memory twice
            isClosed = true;
            model.close();
        }
    }

    @Override
    public String toString() {
        return origin;
    }
}
