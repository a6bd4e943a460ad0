package org.sola.text;

import java.util.List;

/**
 * A text as the model reads it.
 *
 * @param ids numbers of the vocabulary, special pieces included
 * @param pieces the same as text
 * @param truncated whether the end of the text did not fit
 */
public record WordPieces(List<Long> ids, List<String> pieces, boolean truncated) {
    public WordPieces {
        ids = List.copyOf(ids);
        pieces = List.copyOf(pieces);
        if (ids.size() != pieces.size()) {
            throw new IllegalArgumentException(ids.size() + " numbers for " + pieces.size() + " pieces");
        }
    }

    public int size() {
        return ids.size();
    }

    /** The first pieces and the last one, {@code size} in all. */
    WordPieces cut(int size) {
        var shortIds = new java.util.ArrayList<>(ids.subList(0, size));
        var shortPieces = new java.util.ArrayList<>(pieces.subList(0, size));
        shortIds.set(size - 1, ids.get(ids.size() - 1));
        shortPieces.set(size - 1, pieces.get(pieces.size() - 1));
        return new WordPieces(shortIds, shortPieces, true);
    }

    /** The numbers, filled up with {@code padding} to {@code width}. */
    long[] padded(int width, long padding) {
        var row = new long[width];
        for (int w = 0; w < width; w++) {
            row[w] = w < size() ? ids.get(w) : padding;
        }
        return row;
    }
}
