package org.sola.train.selector;

import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.NDScope;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.util.ArrayList;
import java.util.List;
import org.sola.mask.Mask;
import org.sola.mask.Rle;
import org.sola.tensor.Kernels;

/**
 * How well each of N tracks covers each of K annotated objects over T frames. Means over all frames; a frame without
 * object and prediction counts as 1.
 *
 * @param iou (N, K) mean intersection over union, 0 to 1
 * @param precision (N, K); a frame without prediction counts as 1, one with a prediction but no object as 0
 * @param recall (N, K); a frame without object counts as 1, one with an object but no prediction as 0
 * @param frameIou (N, K, T)
 * @param objectPixels (K, T) at the size compared
 * @param trackPixels (N, T) at the size compared
 */
public record TrackOverlap(
        float[][] iou,
        float[][] precision,
        float[][] recall,
        float[][][] frameIou,
        long[][] objectPixels,
        long[][] trackPixels) {

    /** The size at which masks are compared. */
    public enum Size {
        /** As they are: the official rule for tracks of ground-truth prompts. */
        NATIVE,
        /** Resized to 540x960, or 960x540 when not landscape: the official rule for grid and detector tracks. */
        RESIZED
    }

    private static final int LONG_SIDE = 960;
    private static final int SHORT_SIDE = 540;
    private static final int MASKS_AT_ONCE = 16; // 33 MB of floats at the resized size

    /**
     * Compares tracks with objects, a mask a frame each, all of one size and length.
     *
     * @param tracks N lists of T masks
     * @param objects K lists of T masks
     */
    public static TrackOverlap of(List<List<Rle>> tracks, List<List<Rle>> objects, Size size) {
        int n = tracks.size();
        int k = objects.size();
        int frames = n > 0 ? tracks.get(0).size() : k > 0 ? objects.get(0).size() : 0;
        requireLength(tracks, frames, "track");
        requireLength(objects, frames, "object");
        var overlap = new TrackOverlap(
                new float[n][k],
                new float[n][k],
                new float[n][k],
                new float[n][k][frames],
                new long[k][frames],
                new long[n][frames]);
        var sums = new double[3][n][k];
        for (int t = 0; t < frames; t++) {
            int frame = t;
            var truth = shapes(objects.stream().map(o -> o.get(frame)).toList(), size);
            var found = shapes(tracks.stream().map(o -> o.get(frame)).toList(), size);
            for (int j = 0; j < k; j++) {
                overlap.objectPixels[j][t] = truth.get(j).area();
            }
            for (int i = 0; i < n; i++) {
                overlap.trackPixels[i][t] = found.get(i).area();
                for (int j = 0; j < k; j++) {
                    compare(overlap, sums, i, j, t, found.get(i).intersection(truth.get(j)));
                }
            }
        }
        for (int i = 0; i < n; i++) {
            for (int j = 0; j < k; j++) {
                overlap.iou[i][j] = (float) (sums[0][i][j] / frames);
                overlap.precision[i][j] = (float) (sums[1][i][j] / frames);
                overlap.recall[i][j] = (float) (sums[2][i][j] / frames);
            }
        }
        return overlap;
    }

    private static void compare(TrackOverlap overlap, double[][][] sums, int i, int j, int t, long common) {
        long found = overlap.trackPixels[i][t];
        long truth = overlap.objectPixels[j][t];
        long union = found + truth - common;
        double iou = union == 0 ? 1 : (double) common / union;
        overlap.frameIou[i][j][t] = (float) iou;
        sums[0][i][j] += iou;
        sums[1][i][j] += found == 0 ? 1 : (double) common / found;
        sums[2][i][j] += truth == 0 ? 1 : (double) common / truth;
    }

    /**
     * The label overlap of an expression: per track the largest over the expression's objects.
     *
     * @param meant indices of its objects, possibly none
     */
    public PseudoLabels.Match[] best(int... meant) {
        var best = new PseudoLabels.Match[iou.length];
        for (int i = 0; i < iou.length; i++) {
            best[i] = PseudoLabels.best(iou[i], meant);
        }
        return best;
    }

    /** What two masks are compared by. */
    private interface Comparable {
        long area();

        long intersection(Comparable other);
    }

    private record Native(Rle rle) implements Comparable {
        @Override
        public long area() {
            return rle.areaPixels();
        }

        @Override
        public long intersection(Comparable other) {
            return rle.intersectionPixels(((Native) other).rle());
        }
    }

    private record Resized(Mask mask) implements Comparable {
        @Override
        public long area() {
            return mask.areaPixels();
        }

        @Override
        public long intersection(Comparable other) {
            return mask.intersectionPixels(((Resized) other).mask());
        }
    }

    private static List<Comparable> shapes(List<Rle> masks, Size size) {
        List<Comparable> shapes = new ArrayList<>();
        if (size == Size.NATIVE) {
            masks.forEach(mask -> shapes.add(new Native(mask)));
            return shapes;
        }
        for (int from = 0; from < masks.size(); from += MASKS_AT_ONCE) {
            resized(masks.subList(from, Math.min(masks.size(), from + MASKS_AT_ONCE)))
                    .forEach(mask -> shapes.add(new Resized(mask)));
        }
        return shapes;
    }

    private static List<Mask> resized(List<Rle> masks) {
        int height = masks.get(0).height();
        int width = masks.get(0).width();
        int newHeight = height < width ? SHORT_SIDE : LONG_SIDE;
        int newWidth = height < width ? LONG_SIDE : SHORT_SIDE;
        var values = new float[masks.size() * height * width];
        for (int m = 0; m < masks.size(); m++) {
            byte[] bytes = masks.get(m).decode().toBytes();
            for (int i = 0; i < bytes.length; i++) {
                values[m * bytes.length + i] = bytes[i] == 0 ? 0 : 1;
            }
        }
        try (var manager = NDManager.newBaseManager();
                var scope = new NDScope()) {
            scope.suppressNotUsedWarning();
            var x = manager.create(values, new Shape(masks.size(), 1, height, width));
            byte[] bits = Kernels.bilinear(x, newHeight, newWidth)
                    .gt(0.5f)
                    .toType(DataType.UINT8, false)
                    .toByteArray();
            List<Mask> resized = new ArrayList<>();
            int pixels = newHeight * newWidth;
            for (int m = 0; m < masks.size(); m++) {
                resized.add(Mask.ofBytes(
                        newHeight, newWidth, java.util.Arrays.copyOfRange(bits, m * pixels, (m + 1) * pixels)));
            }
            return resized;
        }
    }

    private static void requireLength(List<List<Rle>> clips, int frames, String what) {
        for (int i = 0; i < clips.size(); i++) {
            if (clips.get(i).size() != frames) {
                throw new IllegalArgumentException(
                        what + " " + i + " has " + clips.get(i).size() + " frames, the others " + frames);
            }
        }
    }
}
