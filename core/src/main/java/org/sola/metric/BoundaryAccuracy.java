package org.sola.metric;

import org.sola.mask.Box;
import org.sola.mask.Mask;

/**
 * F of DAVIS: the harmonic mean of precision and recall of boundary pixels, matched within a distance of 0.8 % of the
 * frame's diagonal. No boundary on both sides counts 1, on one side 0. Pixels that are void in the truth are to be
 * cleared from both masks first ({@link Mask#minus}).
 *
 * <p>The reference dilates both boundaries by a disk; a pixel lies in the dilation exactly when its squared distance to
 * the boundary is at most the squared radius. So only boundary pixels are asked for their distance, and only within the
 * box of both masks.
 */
public final class BoundaryAccuracy {
    /** Radius as a share of the diagonal: {@code bound_th} of DAVIS. */
    private static final double BOUND = 0.008;

    private BoundaryAccuracy() {}

    /** F of one frame in 0..1; masks of equal size. */
    public static double of(Mask prediction, Mask truth) {
        var counts = Counts.of(prediction, truth);
        if (counts.predicted() == 0 || counts.actual() == 0) {
            return counts.predicted() == counts.actual() ? 1 : 0;
        }
        double precision = (double) counts.predictedMatched() / counts.predicted();
        double recall = (double) counts.actualMatched() / counts.actual();
        return precision + recall == 0 ? 0 : 2 * precision * recall / (precision + recall);
    }

    /** The matching distance of a frame in pixels. */
    public static int radius(int height, int width) {
        return (int) Math.ceil(BOUND * Math.sqrt((double) height * height + (double) width * width));
    }

    /** Boundary pixels of both masks, and how many of them lie near the other's boundary. */
    record Counts(int predicted, int actual, int predictedMatched, int actualMatched) {
        static Counts of(Mask prediction, Mask truth) {
            if (prediction.height() != truth.height() || prediction.width() != truth.width()) {
                throw new IllegalArgumentException("masks of different sizes: " + prediction + " and " + truth);
            }
            var region = region(prediction, truth);
            var predicted = boundary(prediction, region);
            var actual = boundary(truth, region);
            int radius = radius(truth.height(), truth.width());
            int predictedCount = count(predicted);
            int actualCount = count(actual);
            boolean bothDrawn = predictedCount > 0 && actualCount > 0;
            return new Counts(
                    predictedCount,
                    actualCount,
                    bothDrawn ? near(predicted, actual, region, radius) : 0,
                    bothDrawn ? near(actual, predicted, region, radius) : 0);
        }
    }

    /** The part of the frame that holds every boundary pixel: one more above and to the left than the masks' boxes. */
    private static Box region(Mask a, Mask b) {
        var first = a.boundingBox();
        var second = b.boundingBox();
        var one = first.or(() -> second).orElse(new Box(0, 0, 1, 1));
        var two = second.orElse(one);
        return new Box(
                Math.max(0, Math.min(one.x0(), two.x0()) - 1),
                Math.max(0, Math.min(one.y0(), two.y0()) - 1),
                Math.max(one.x1(), two.x1()),
                Math.max(one.y1(), two.y1()));
    }

    /** A pixel is boundary when it differs from its right, lower or lower-right neighbour (as far as they exist). */
    private static boolean[] boundary(Mask mask, Box region) {
        int width = region.width();
        var boundary = new boolean[region.height() * width];
        var row =
                new boolean[width + 1]; // the last repeats its neighbour at the frame's edge, so nothing differs there
        var below = new boolean[width + 1];
        read(mask, region, region.y0(), below);
        for (int y = region.y0(); y < region.y1(); y++) {
            var swap = row;
            row = below;
            below = swap;
            read(mask, region, Math.min(y + 1, mask.height() - 1), below);
            int at = (y - region.y0()) * width;
            for (int x = 0; x < width; x++) {
                boundary[at + x] = row[x] != row[x + 1] | row[x] != below[x] | row[x] != below[x + 1];
            }
        }
        return boundary;
    }

    private static void read(Mask mask, Box region, int y, boolean[] row) {
        for (int x = 0; x < row.length; x++) {
            row[x] = mask.get(y, Math.min(region.x0() + x, mask.width() - 1));
        }
    }

    private static int count(boolean[] set) {
        int n = 0;
        for (boolean b : set) {
            n += b ? 1 : 0;
        }
        return n;
    }

    /** How many pixels of {@code points} have a pixel of {@code targets} within {@code radius}. */
    private static int near(boolean[] points, boolean[] targets, Box region, int radius) {
        int width = region.width();
        var vertical = columnDistances(targets, region, radius + 1);
        int near = 0;
        for (int y = 0; y < region.height(); y++) {
            for (int x = 0; x < width; x++) {
                if (points[y * width + x] && isNear(vertical, y * width, x, width, radius)) {
                    near++;
                }
            }
        }
        return near;
    }

    /** Distance of every pixel to the next target in its column, at most {@code far}. */
    private static short[] columnDistances(boolean[] targets, Box region, int far) {
        int width = region.width();
        var distances = new short[targets.length];
        for (int at = 0; at < targets.length; at++) {
            distances[at] = (short) (targets[at] ? 0 : at < width ? far : Math.min(far, distances[at - width] + 1));
        }
        for (int at = targets.length - width - 1; at >= 0; at--) {
            distances[at] = (short) Math.min(distances[at], distances[at + width] + 1);
        }
        return distances;
    }

    /** Looks along the row, nearest columns first: most boundaries that match lie close. */
    private static boolean isNear(short[] vertical, int row, int x, int width, int radius) {
        for (int dx = 0; dx <= radius; dx++) {
            int most = radius * radius - dx * dx;
            int left = x - dx >= 0 ? vertical[row + x - dx] : radius + 1;
            int right = x + dx < width ? vertical[row + x + dx] : radius + 1;
            if (left * left <= most || right * right <= most) {
                return true;
            }
        }
        return false;
    }
}
