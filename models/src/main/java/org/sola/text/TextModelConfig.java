package org.sola.text;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.sola.config.Configs;

/**
 * Sizes and conventions of a text encoder of BERT's family; every model is one file below {@code configs/models/}.
 *
 * @param name name in messages and fingerprints
 * @param tokenizer how a text is cut into pieces
 * @param vocabulary word pieces
 * @param positions rows of the learned positions
 * @param segments rows of the learned segments; a text takes the first
 * @param width D: width of a text token
 * @param layers layers
 * @param heads attention heads
 * @param feedForward hidden width of a layer's two linear maps
 * @param epsilon of every layer normalisation
 * @param paddingId the piece that fills a batch up
 * @param positionsSkipPadding whether padding takes position {@code paddingId} and the other pieces count on from the
 *     one after it (RoBERTa); otherwise positions are 0, 1, ... (BERT)
 * @param maxPieces the longest text that is read, special pieces included
 */
public record TextModelConfig(
        String name,
        TokenizerKind tokenizer,
        int vocabulary,
        int positions,
        int segments,
        int width,
        int layers,
        int heads,
        int feedForward,
        double epsilon,
        int paddingId,
        boolean positionsSkipPadding,
        int maxPieces) {

    public TextModelConfig {
        if (width < 1 || heads < 1 || width % heads != 0) {
            throw new IllegalArgumentException("text encoder " + name + ": width is " + width
                    + ", expected a positive multiple of heads " + heads);
        }
        if (vocabulary < 1 || segments < 1 || layers < 1 || feedForward < 1 || epsilon <= 0) {
            throw new IllegalArgumentException("text encoder " + name
                    + ": vocabulary, segments, layers, feedForward and epsilon must be more than 0");
        }
        if (paddingId < 0 || paddingId >= vocabulary) {
            throw new IllegalArgumentException(
                    "text encoder " + name + ": paddingId " + paddingId + " is not in the vocabulary of " + vocabulary);
        }
        int room = positionsSkipPadding ? positions - paddingId - 1 : positions;
        if (maxPieces < 3 || maxPieces > room) {
            throw new IllegalArgumentException("text encoder " + name + ": maxPieces is " + maxPieces
                    + ", expected 3 to " + room + ", what " + positions + " positions have room for");
        }
    }

    /** all-MiniLM-L6-v2, whose weights come with the project. */
    public static TextModelConfig miniLm() {
        return new TextModelConfig(
                "all-MiniLM-L6-v2", TokenizerKind.WORD_PIECE, 30522, 512, 2, 384, 6, 12, 1536, 1e-12, 0, false, 256);
    }

    /** Reads a file below {@code configs/models/}. */
    public static TextModelConfig read(Path file) {
        return Configs.load(TextModelConfig.class, List.of(file), Map.of());
    }
}
