package org.sola.groundingdino;

import java.util.Set;

/**
 * How the pieces of a caption see each other: {@code "a cat . a dog ."} is two blocks, each blind to the other.
 *
 * <p>Separators are [CLS], [SEP], full stop and question mark. One in the first or last column sees only itself; any
 * other ends a block, which holds the pieces since the separator before, and itself. Pieces after the last block see
 * only themselves.
 *
 * @param positions position of each piece within its block
 * @param sees whether the row's piece sees the column's
 */
public record TextBlocks(long[] positions, boolean[][] sees) {
    private static final Set<Long> SEPARATORS = Set.of(101L, 102L, 1012L, 1029L);

    /** @param ids numbers of bert-base-uncased's vocabulary, filled up or not */
    public static TextBlocks of(long... ids) {
        return ofFirst(ids.length, ids);
    }

    /** The blocks of the whole caption, of which only the first {@code size} pieces are read. */
    static TextBlocks ofFirst(int size, long... ids) {
        var positions = new long[size];
        var sees = new boolean[size][size];
        for (int i = 0; i < size; i++) {
            sees[i][i] = true;
        }
        int previous = 0;
        for (int column = 0; column < ids.length && previous < size; column++) {
            if (!SEPARATORS.contains(ids[column])) {
                continue;
            }
            if (column > 0 && column < ids.length - 1) {
                int end = Math.min(column + 1, size);
                for (int i = previous + 1; i < end; i++) {
                    positions[i] = i - previous - 1L;
                    java.util.Arrays.fill(sees[i], previous + 1, end, true);
                }
            }
            previous = column;
        }
        return new TextBlocks(positions, sees);
    }
}
