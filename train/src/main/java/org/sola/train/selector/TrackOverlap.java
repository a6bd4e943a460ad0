package org.sola.train.selector;

import java.util.ArrayList;
import java.util.List;
import org.sola.mask.Mask;
import org.sola.mask.Rle;
import org.sola.precompute.MaskComparison;

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
        /** As {@link MaskComparison#OFFICIAL} resizes them: the official rule for grid and detector tracks. */
        RESIZED
    }

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
        for (var mask : masks) {
            shapes.add(
                    size == Size.NATIVE ? new Native(mask) : new Resized(MaskComparison.OFFICIAL.track(mask.decode())));
        }
        return shapes;
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
