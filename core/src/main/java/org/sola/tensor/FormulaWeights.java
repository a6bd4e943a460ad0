package org.sola.tensor;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

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

    /** The 64 random bits {@code z(name, index)} that values are cut from. */
    public static long bits(String name, long index, long seed) {
        return mix((fnv1a(name) ^ seed) + (index + 1) * GOLDEN);
    }

    /**
     * How one parameter is filled.
     *
     * @param isInteger whether it is an int64 buffer, which holds the offset in every element
     * @param shape its dimensions
     * @param offset centre of its values
     * @param scale largest distance from the centre
     */
    public record Rule(boolean isInteger, Shape shape, double offset, double scale) {
        /** The parameter's values for {@code seed}. */
        public NDArray array(String name, long seed, NDManager manager) {
            int n = Math.toIntExact(shape.size());
            if (isInteger) {
                var values = new long[n];
                Arrays.fill(values, (long) offset);
                return manager.create(values, shape);
            }
            return manager.create(values(name, n, seed, offset, scale), shape);
        }
    }

    /**
     * Reads a case's {@code params.tsv}: below a heading a line for each parameter with its name, dtype (f32 or i64),
     * shape (3x4x5 or scalar), offset and scale.
     */
    public static Map<String, Rule> read(Path params) throws IOException {
        var rules = new LinkedHashMap<String, Rule>();
        var lines = Files.readAllLines(params);
        for (int i = 1; i < lines.size(); i++) {
            if (lines.get(i).isBlank()) {
                continue;
            }
            var fields = lines.get(i).split("\t", -1);
            if (fields.length != 5 || !(fields[1].equals("f32") || fields[1].equals("i64"))) {
                throw new IOException(params + ", line " + (i + 1)
                        + ": expected name, dtype (f32 or i64), shape, offset and scale, found \"" + lines.get(i)
                        + "\"");
            }
            var dimensions = fields[2].equals("scalar")
                    ? new long[0]
                    : Arrays.stream(fields[2].split("x"))
                            .mapToLong(Long::parseLong)
                            .toArray();
            var rule = new Rule(
                    fields[1].equals("i64"),
                    new Shape(dimensions),
                    Double.parseDouble(fields[3]),
                    Double.parseDouble(fields[4]));
            rules.put(fields[0], rule);
        }
        return Collections.unmodifiableMap(rules);
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
