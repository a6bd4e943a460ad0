package org.sola.demo;

import java.util.Arrays;
import java.util.Locale;

/** The plain shapes. */
public enum Shape {
    CIRCLE(false),
    SQUARE(true),
    TRIANGLE(true),
    STAR(true),
    HEART(true),
    HEXAGON(false),
    CROSS(true),
    CRESCENT(true),
    ARROW(true),
    DROP(true);

    private final boolean turnVisible;

    Shape(boolean turnVisible) {
        this.turnVisible = turnVisible;
    }

    /** The word, in lower case. */
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** The plural of the word. */
    public String plural() {
        return this == CROSS ? "crosses" : word() + "s";
    }

    boolean turnVisible() {
        return turnVisible;
    }

    Outline outline() {
        return switch (this) {
            case CIRCLE -> Outline.polar(radii(96, 0.49), 1, 1);
            case HEXAGON -> Outline.polar(radii(6, 0.49), 1, 1);
            case TRIANGLE -> Outline.polar(radii(3, 0.5), 1, 1).fitted();
            case SQUARE -> corners(0.02, 0.02, 0.98, 0.02, 0.98, 0.98, 0.02, 0.98);
            case STAR -> star();
            case CROSS ->
                corners(
                        .34, .02, .66, .02, .66, .34, .98, .34, .98, .66, .66, .66, .66, .98, .34, .98, .34, .66, .02,
                        .66, .02, .34, .34, .34);
            case ARROW -> corners(.02, .36, .55, .36, .55, .12, .98, .5, .55, .88, .55, .64, .02, .64);
            case HEART -> heart();
            case CRESCENT -> crescent();
            case DROP -> drop();
        };
    }

    private static double[] radii(int count, double radius) {
        var result = new double[count];
        Arrays.fill(result, radius);
        return result;
    }

    private static Outline corners(double... points) {
        var xs = new double[points.length / 2];
        var ys = new double[points.length / 2];
        for (int i = 0; i < xs.length; i++) {
            xs[i] = points[2 * i];
            ys[i] = points[2 * i + 1];
        }
        return Outline.of(xs, ys);
    }

    private static Outline star() {
        var radius = new double[10];
        for (int i = 0; i < 10; i++) {
            radius[i] = i % 2 == 0 ? 0.5 : 0.21;
        }
        return Outline.polar(radius, 1, 1).fitted();
    }

    private static Outline heart() {
        int n = 80;
        var xs = new double[n];
        var ys = new double[n];
        for (int i = 0; i < n; i++) {
            double t = 2 * StrictMath.PI * i / n;
            double sin = StrictMath.sin(t);
            xs[i] = 16 * sin * sin * sin;
            ys[i] = -(13 * StrictMath.cos(t)
                    - 5 * StrictMath.cos(2 * t)
                    - 2 * StrictMath.cos(3 * t)
                    - StrictMath.cos(4 * t));
        }
        return Outline.of(xs, ys).fitted();
    }

    private static Outline crescent() {
        int n = 48;
        var xs = new double[2 * n];
        var ys = new double[2 * n];
        for (int i = 0; i < n; i++) {
            double outer = StrictMath.PI * (0.25 + 1.5 * i / (n - 1));
            xs[i] = StrictMath.cos(outer);
            ys[i] = StrictMath.sin(outer);
            // back along a circle of radius 0.8 through the same two tips
            double half = StrictMath.asin(StrictMath.sin(StrictMath.PI / 4) / 0.8);
            double inner = half + (2 * StrictMath.PI - 2 * half) * (n - 1 - i) / (n - 1);
            double centre = StrictMath.cos(StrictMath.PI / 4) - 0.8 * StrictMath.cos(half);
            xs[n + i] = centre + 0.8 * StrictMath.cos(inner);
            ys[n + i] = 0.8 * StrictMath.sin(inner);
        }
        return Outline.of(xs, ys).fitted();
    }

    private static Outline drop() {
        int n = 64;
        var xs = new double[n];
        var ys = new double[n];
        for (int i = 0; i < n; i++) {
            double t = 2 * StrictMath.PI * i / n;
            double half = StrictMath.sin(t / 2);
            xs[i] = StrictMath.sin(t) * half * half;
            ys[i] = -StrictMath.cos(t);
        }
        return Outline.of(xs, ys).fitted();
    }
}
