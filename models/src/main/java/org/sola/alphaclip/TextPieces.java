package org.sola.alphaclip;

import java.util.List;

/**
 * A text as the network reads it.
 *
 * @param ids numbers of the vocabulary: start, pieces, end
 * @param isWhole whether all of the text fitted
 */
public record TextPieces(List<Long> ids, boolean isWhole) {
    public TextPieces {
        ids = List.copyOf(ids);
        if (ids.size() < 2) {
            throw new IllegalArgumentException("a text has a start and an end, not " + ids.size() + " pieces");
        }
    }

    public int size() {
        return ids.size();
    }

    /** The numbers, zeros behind them up to {@code width}. */
    public long[] padded(int width) {
        var row = new long[width];
        for (int w = 0; w < size(); w++) {
            row[w] = ids.get(w);
        }
        return row;
    }
}
