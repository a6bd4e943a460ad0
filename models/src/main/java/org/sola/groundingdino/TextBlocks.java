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
        var positions = new long[ids.length];
        var sees = new boolean[ids.length][ids.length];
        for (int i = 0; i < ids.length; i++) {
            sees[i][i] = true;
        }
        int previous = 0;
        for (int column = 0; column < ids.length; column++) {
            if (!SEPARATORS.contains(ids[column])) {
                continue;
            }
            if (column > 0 && column < ids.length - 1) {
                for (int i = previous + 1; i <= column; i++) {
                    positions[i] = i - previous - 1L;
                    java.util.Arrays.fill(sees[i], previous + 1, column + 1, true);
                }
            }
            previous = column;
        }
        return new TextBlocks(positions, sees);
    }

    /** The first {@code size} pieces alone. */
    TextBlocks cut(int size) {
        var kept = new boolean[size][];
        for (int i = 0; i < size; i++) {
            kept[i] = java.util.Arrays.copyOf(sees[i], size);
        }
        return new TextBlocks(java.util.Arrays.copyOf(positions, size), kept);
    }
}
