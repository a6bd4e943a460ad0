package org.sola.parity;

import java.io.IOException;

/** Stored whole numbers as rows. */
final class Numbers {
    private Numbers() {}

    /** A stored (B, W) tensor. */
    static long[][] rows(ParityCase parityCase, String tensor) throws IOException {
        long[] shape = parityCase.shape(tensor);
        float[] values = parityCase.values(tensor);
        var rows = new long[(int) shape[0]][(int) shape[1]];
        for (int i = 0; i < values.length; i++) {
            rows[i / rows[0].length][i % rows[0].length] = (long) values[i];
        }
        return rows;
    }

    static boolean[][] isSet(long[][] rows) {
        var set = new boolean[rows.length][];
        for (int b = 0; b < rows.length; b++) {
            set[b] = new boolean[rows[b].length];
            for (int w = 0; w < rows[b].length; w++) {
                set[b][w] = rows[b][w] != 0;
            }
        }
        return set;
    }

    /** Row-major, as the comparison takes them; exact up to 2^24. */
    static float[] flat(long[][] rows) {
        var flat = new float[rows.length * rows[0].length];
        for (int i = 0; i < flat.length; i++) {
            flat[i] = rows[i / rows[0].length][i % rows[0].length];
        }
        return flat;
    }
}
