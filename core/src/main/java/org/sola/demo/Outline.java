package org.sola.demo;

import java.util.Arrays;

/** A closed polygon in the unit square, and how much of each pixel of a square picture it covers. */
final class Outline {
    private static final int SUBROWS = 4;
    private final double[] xs;
    private final double[] ys;

    private Outline(double[] xs, double[] ys) {
        this.xs = xs;
        this.ys = ys;
    }

    /** Takes over the corners; the polygon closes itself. A polygon that crosses itself is filled even-odd. */
    static Outline of(double[] xs, double[] ys) {
        return new Outline(xs, ys);
    }

    /** Points at angle {@code 2 pi i / n} whose distance from the centre is {@code radius[i]}, from the top clockwise. */
    static Outline polar(double[] radius, double stretchX, double stretchY) {
        int n = radius.length;
        var xs = new double[n];
        var ys = new double[n];
        for (int i = 0; i < n; i++) {
            double angle = 2 * StrictMath.PI * i / n;
            xs[i] = 0.5 + radius[i] * stretchX * StrictMath.sin(angle);
            ys[i] = 0.5 - radius[i] * stretchY * StrictMath.cos(angle);
        }
        return new Outline(xs, ys);
    }

    /** Stretches the polygon so that it fills the unit square, its proportions kept. */
    Outline fitted() {
        double left = Arrays.stream(xs).min().orElseThrow();
        double right = Arrays.stream(xs).max().orElseThrow();
        double top = Arrays.stream(ys).min().orElseThrow();
        double bottom = Arrays.stream(ys).max().orElseThrow();
        double scale = 1 / Math.max(right - left, bottom - top);
        double midX = (left + right) / 2;
        double midY = (top + bottom) / 2;
        var newXs = new double[xs.length];
        var newYs = new double[ys.length];
        for (int i = 0; i < xs.length; i++) {
            newXs[i] = 0.5 + (xs[i] - midX) * scale;
            newYs[i] = 0.5 + (ys[i] - midY) * scale;
        }
        return new Outline(newXs, newYs);
    }

    /** Coverage 0..255 of the pixels of a picture of {@code size} rows and columns. */
    int[] coverage(int size) {
        var result = new int[size * size];
        var row = new double[size];
        var crossings = new double[xs.length];
        for (int y = 0; y < size; y++) {
            Arrays.fill(row, 0);
            for (int sub = 0; sub < SUBROWS; sub++) {
                double level = (y + (sub + 0.5) / SUBROWS) / size;
                int count = crossings(level, crossings);
                for (int i = 0; i + 1 < count; i += 2) {
                    span(row, crossings[i] * size, crossings[i + 1] * size);
                }
            }
            for (int x = 0; x < size; x++) {
                result[y * size + x] = (int) Math.min(255, row[x] * (255.0 / SUBROWS) + 0.5);
            }
        }
        return result;
    }

    private int crossings(double level, double[] into) {
        int count = 0;
        for (int i = 0, j = xs.length - 1; i < xs.length; j = i++) {
            if (ys[i] <= level != ys[j] <= level) {
                into[count++] = xs[i] + (level - ys[i]) * (xs[j] - xs[i]) / (ys[j] - ys[i]);
            }
        }
        Arrays.sort(into, 0, count);
        return count;
    }

    private static void span(double[] row, double from, double to) {
        double left = Math.max(0, from);
        double right = Math.min(row.length, to);
        for (int x = (int) left; x < right; x++) {
            row[x] += Math.min(right, x + 1) - Math.max(left, x);
        }
    }
}
