package org.sola.demo;

import java.util.Arrays;
import java.util.Optional;

/**
 * An object without a name: an irregular outline cut from a surface, shaded like something round or flat.
 *
 * @param surface what it is made of
 * @param cut what kind of outline
 * @param outlineSeed which outline of its kind
 * @param zoom texels of the surface along its longer side, as a share of the surface's shorter side
 * @param relief how dark it gets towards its edge, 0..1
 */
public record SurfaceLook(Surface surface, Cut cut, long outlineSeed, double zoom, double relief) implements Look {
    private static final int SIZE = 128;

    /** Kinds of outlines. */
    public enum Cut {
        /** Blobs, polygons, ellipses and bars. */
        ANY,
        /** The whole square: a wall, or a post when it is drawn narrow. */
        SLAB
    }

    @Override
    public Texture texture() {
        var random = new DemoRandom(outlineSeed);
        var outline = cut == Cut.SLAB ? Shape.SQUARE.outline() : outline(random);
        var coverage = outline.coverage(SIZE);
        var source = surface.texture();
        double step = zoom * Math.min(source.width(), source.height()) / SIZE;
        double startX = random.between(0, source.width());
        double startY = random.between(0, source.height());
        var fine = source.level(step);
        double ratio = (double) fine.width() / source.width();
        double lightX = random.between(-0.6, 0.6);
        double lightY = random.between(-0.8, 0.2);
        var argb = new int[SIZE * SIZE];
        for (int y = 0; y < SIZE; y++) {
            for (int x = 0; x < SIZE; x++) {
                int at = y * SIZE + x;
                if (coverage[at] != 0) {
                    int texel = fine.sampleMirrored(
                            (int) ((startX + x * step) * ratio * 256), (int) ((startY + y * step) * ratio * 256));
                    argb[at] = coverage[at] << 24 | shaded(texel, shade(x, y, lightX, lightY));
                }
            }
        }
        return Texture.ofStraight(SIZE, SIZE, argb);
    }

    private int shade(int x, int y, double lightX, double lightY) {
        double dx = (2.0 * x / SIZE - 1) - lightX * relief;
        double dy = (2.0 * y / SIZE - 1) - lightY * relief;
        return (int) (256 * Math.max(0.15, 1.1 - relief * 0.55 * (dx * dx + dy * dy)));
    }

    private static int shaded(int rgb, int factor256) {
        int red = Math.min(255, (rgb >>> 16 & 0xFF) * factor256 >> 8);
        int green = Math.min(255, (rgb >>> 8 & 0xFF) * factor256 >> 8);
        int blue = Math.min(255, (rgb & 0xFF) * factor256 >> 8);
        return red << 16 | green << 8 | blue;
    }

    private static Outline outline(DemoRandom random) {
        return switch (random.below(5)) {
            case 0 -> polygon(random);
            case 1 -> Outline.polar(ellipse(), random.between(0.35, 1), 1).fitted();
            case 2 -> bar(random);
            default -> blob(random);
        };
    }

    private static double[] ellipse() {
        var radius = new double[72];
        Arrays.fill(radius, 0.5);
        return radius;
    }

    private static Outline polygon(DemoRandom random) {
        var radius = new double[random.whole(3, 8)];
        for (int i = 0; i < radius.length; i++) {
            radius[i] = random.between(0.28, 0.5);
        }
        return Outline.polar(radius, random.between(0.55, 1), 1).fitted();
    }

    private static Outline bar(DemoRandom random) {
        double half = random.between(0.1, 0.42);
        double slant = random.between(-0.15, 0.15);
        return Outline.of(
                        new double[] {0.02, 0.98, 0.98, 0.02},
                        new double[] {0.5 - half - slant, 0.5 - half + slant, 0.5 + half, 0.5 + half})
                .fitted();
    }

    private static Outline blob(DemoRandom random) {
        int n = 72;
        var radius = new double[n];
        Arrays.fill(radius, 1);
        int waves = random.whole(2, 5);
        for (int k = 2; k < 2 + waves; k++) {
            double amplitude = random.between(0, 0.7 / k);
            double phase = random.between(0, 2 * StrictMath.PI);
            for (int i = 0; i < n; i++) {
                radius[i] += amplitude * StrictMath.sin(2 * StrictMath.PI * k * i / n + phase);
            }
        }
        for (int i = 0; i < n; i++) {
            radius[i] = Math.max(0.2, radius[i]);
        }
        return Outline.polar(radius, random.between(0.5, 1), 1).fitted();
    }

    @Override
    public Optional<NamedColour> colour() {
        return Optional.empty();
    }

    @Override
    public boolean turnVisible() {
        return false;
    }
}
