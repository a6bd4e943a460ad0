package org.sola.tensor;

import java.nio.charset.StandardCharsets;

/**
 * Weights by formula: a value for every element from the tensor's name, a seed and the element's index, so that
 * networks of full size can be compared without the gigabytes of a trained checkpoint. FNV-1a of the name, the
 * splitmix64 finaliser per element, 24 bits to [-1, 1).
 */
public final class FormulaWeights {
    private static final long GOLDEN = 0x9E3779B97F4A7C15L;

    private FormulaWeights() {}

    /** {@code offset + scale * u(name, seed, i)} for the first {@code n} row-major indices, rounded once to float. */
    public static float[] values(String name, int n, long seed, double offset, double scale) {
        long start = fnv1a(name) ^ seed;
        var values = new float[n];
        for (int i = 0; i < n; i++) {
            double unit = (mix(start + (i + 1L) * GOLDEN) >>> 40) / 0x1p24 * 2.0 - 1.0;
            values[i] = (float) (offset + scale * unit);
        }
        return values;
    }

    static long fnv1a(String text) {
        long hash = 0xCBF29CE484222325L;
        for (byte b : text.getBytes(StandardCharsets.UTF_8)) {
            hash = (hash ^ (b & 0xFF)) * 0x100000001B3L;
        }
        return hash;
    }

    static long mix(long x) {
        x = (x ^ (x >>> 30)) * 0xBF58476D1CE4E5B9L;
        x = (x ^ (x >>> 27)) * 0x94D049BB133111EBL;
        return x ^ (x >>> 31);
    }
}
