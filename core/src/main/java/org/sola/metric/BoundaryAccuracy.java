package org.sola.metric;

import org.sola.mask.Mask;

/**
 * F of DAVIS: the harmonic mean of precision and recall of boundary pixels, matched within a distance of 0.8 % of the
 * frame's diagonal. No boundary on both sides counts 1, on one side 0.
 *
 * <p>The reference dilates both boundaries by a disk; a pixel lies in the dilation exactly when its squared distance to
 * the boundary is at most the squared radius, which an exact distance transform tells in linear time.
 */
public final class BoundaryAccuracy {
    private static final double BOUND = 0.008;

    private BoundaryAccuracy() {}

    /** F of one frame in 0..1; masks of equal size. */
    public static double of(Mask prediction, Mask truth) {
        int height = truth.height();
        int width = truth.width();
        if (prediction.height() != height || prediction.width() != width) {
            throw new IllegalArgumentException("masks of different sizes: " + prediction + " and " + truth);
        }
        var predicted = boundary(prediction);
        var actual = boundary(truth);
        int predictedCount = count(predicted);
        int actualCount = count(actual);
        if (predictedCount == 0 || actualCount == 0) {
            return predictedCount == actualCount ? 1 : 0;
        }
        int radius = (int) Math.ceil(BOUND * Math.sqrt((double) height * height + (double) width * width));
        double precision = (double) within(predicted, actual, height, width, radius) / predictedCount;
        double recall = (double) within(actual, predicted, height, width, radius) / actualCount;
        return precision + recall == 0 ? 0 : 2 * precision * recall / (precision + recall);
    }

    /** A pixel is boundary when it differs from its right, lower or lower-right neighbour (as far as they exist). */
    static boolean[] boundary(Mask mask) {
        int height = mask.height();
        int width = mask.width();
        var bytes = mask.toBytes();
        var boundary = new boolean[height * width];
        for (int y = 0; y < height; y++) {
            for (int x = 0; x < width; x++) {
                int at = y * width + x;
                byte value = bytes[at];
                boolean right = x + 1 < width && bytes[at + 1] != value;
                boolean below = y + 1 < height && bytes[at + width] != value;
                boolean diagonal = x + 1 < width && y + 1 < height && bytes[at + width + 1] != value;
                boundary[at] = right || below || diagonal;
            }
        }
        return boundary;
    }

    private static int count(boolean[] set) {
        int n = 0;
        for (boolean b : set) {
            n += b ? 1 : 0;
        }
        return n;
    }

    /** How many pixels of {@code points} have a pixel of {@code targets} within {@code radius}. */
    private static int within(boolean[] points, boolean[] targets, int height, int width, int radius) {
        // vertical[at] = distance to the nearest target in the same column, capped above the radius
        int far = radius + 1;
        var vertical = new int[height * width];
        for (int x = 0; x < width; x++) {
            int distance = far;
            for (int y = 0; y < height; y++) {
                distance = targets[y * width + x] ? 0 : Math.min(far, distance + 1);
                vertical[y * width + x] = distance;
            }
            distance = far;
            for (int y = height - 1; y >= 0; y--) {
                distance = targets[y * width + x] ? 0 : Math.min(far, distance + 1);
                vertical[y * width + x] = Math.min(vertical[y * width + x], distance);
            }
        }
        int hits = 0;
        for (int y = 0; y < height; y++) {
            for (int x = 0; x < width; x++) {
                if (points[y * width + x] && near(vertical, y * width, x, width, radius)) {
                    hits++;
                }
            }
        }
        return hits;
    }

    private static boolean near(int[] vertical, int row, int x, int width, int radius) {
        for (int k = Math.max(0, x - radius); k <= Math.min(width - 1, x + radius); k++) {
            int dy = vertical[row + k];
            if (dy <= radius && dy * dy + (k - x) * (k - x) <= radius * radius) {
                return true;
            }
        }
        return false;
    }
}
