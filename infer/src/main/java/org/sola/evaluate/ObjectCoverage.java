package org.sola.evaluate;

import java.util.List;
import java.util.stream.IntStream;
import org.sola.mask.Rle;

/**
 * How well a pool of tracks covers one annotated object.
 *
 * @param bestIou mean IoU over the frames (0..1) of the track that fits best
 * @param occlusions how often the object was hidden for 1 to 5 frames while a track was on it
 * @param survived how often that track was on it again afterwards
 */
record ObjectCoverage(double bestIou, int occlusions, int survived) {
    private static final int LONGEST_GAP = 5;
    private static final int BESIDE = 5; // frames looked at before and after a gap
    private static final double ON_IT = 0.5;

    /**
     * @param tracks one mask a frame each
     * @param truth one mask a frame, empty where the object is not seen
     */
    static ObjectCoverage of(List<List<Rle>> tracks, List<Rle> truth) {
        double best = 0;
        for (var track : tracks) {
            best = Math.max(best, meanIou(track, truth, 0, truth.size()));
        }
        int occlusions = 0;
        int survived = 0;
        for (int start = 1; start < truth.size(); start++) {
            if (!truth.get(start).isEmpty() || truth.get(start - 1).isEmpty()) {
                continue;
            }
            int end = start;
            while (end < truth.size() && truth.get(end).isEmpty()) {
                end++;
            }
            if (end == truth.size() || end - start > LONGEST_GAP) {
                continue;
            }
            int before = edge(truth, start - 1, -1);
            int after = edge(truth, end, 1);
            double onIt = 0;
            boolean isBack = false;
            for (var track : tracks) { // the one that was nearest before, whatever became of it
                double iou = meanIou(track, truth, before, start);
                if (iou > onIt) {
                    onIt = iou;
                    isBack = meanIou(track, truth, end, after + 1) >= ON_IT;
                }
            }
            if (onIt >= ON_IT) {
                occlusions++;
                survived += isBack ? 1 : 0;
            }
        }
        return new ObjectCoverage(best, occlusions, survived);
    }

    /** The last frame in this direction, at most {@link #BESIDE} in all, on which the object is still seen. */
    private static int edge(List<Rle> truth, int from, int step) {
        int at = from;
        for (int n = 1; n < BESIDE; n++) {
            int next = at + step;
            if (next < 0 || next >= truth.size() || truth.get(next).isEmpty()) {
                break;
            }
            at = next;
        }
        return at;
    }

    private static double meanIou(List<Rle> track, List<Rle> truth, int from, int to) {
        return IntStream.range(from, to)
                .mapToDouble(t -> track.get(t).iou(truth.get(t)))
                .average()
                .orElse(0);
    }
}
