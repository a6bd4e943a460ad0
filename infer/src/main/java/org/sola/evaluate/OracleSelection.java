package org.sola.evaluate;

import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;
import org.sola.mask.Rle;

/**
 * The best that any selector could do with the tracks that are there: the set of tracks whose union has the highest mean
 * J over the clip. Every subset is tried where at most {@value #EXACT_UP_TO} tracks touch the truth; beyond that tracks
 * are added, dropped and exchanged as long as J grows. (J only: J&amp;F of the chosen set is reported, it is not what is
 * maximised.)
 */
public final class OracleSelection {
    static final int EXACT_UP_TO = 14;
    private static final int MOST_CANDIDATES = 63;

    private OracleSelection() {}

    /**
     * The indices of the chosen tracks in rising order; none when the truth is empty throughout.
     *
     * @param tracks one mask a frame of each track
     * @param truth one mask a frame
     */
    public static List<Integer> best(List<List<Rle>> tracks, List<Rle> truth) {
        var candidates = candidates(tracks, truth);
        if (candidates.isEmpty()) {
            return List.of();
        }
        var frames = IntStream.range(0, truth.size())
                .mapToObj(t -> TrackCells.of(
                        candidates.stream().map(i -> tracks.get(i).get(t)).toList(), truth.get(t)))
                .toArray(TrackCells[]::new);
        long chosen =
                candidates.size() <= EXACT_UP_TO ? exact(frames, candidates.size()) : climb(frames, candidates.size());
        return IntStream.range(0, candidates.size())
                .filter(k -> (chosen >>> k & 1) != 0)
                .mapToObj(candidates::get)
                .toList();
    }

    /** Tracks that share a pixel with the truth in some frame: no other can raise J. */
    private static List<Integer> candidates(List<List<Rle>> tracks, List<Rle> truth) {
        record Overlap(int track, long pixels) {}
        var found = new ArrayList<Overlap>();
        for (int i = 0; i < tracks.size(); i++) {
            long shared = 0;
            for (int t = 0; t < truth.size(); t++) {
                shared += tracks.get(i).get(t).intersectionPixels(truth.get(t));
            }
            if (shared > 0) {
                found.add(new Overlap(i, shared));
            }
        }
        found.sort(Comparator.comparingLong(Overlap::pixels).reversed());
        var kept = new ArrayList<Integer>();
        found.stream().limit(MOST_CANDIDATES).forEach(overlap -> kept.add(overlap.track()));
        Collections.sort(kept);
        return kept;
    }

    private static long exact(TrackCells[] frames, int candidates) {
        long best = 0;
        double bestRegion = region(frames, 0);
        for (long selection = 1; selection < 1L << candidates; selection++) {
            double region = region(frames, selection);
            if (region > bestRegion) {
                bestRegion = region;
                best = selection;
            }
        }
        return best;
    }

    static long climb(TrackCells[] frames, int candidates) {
        long best = 0;
        double bestRegion = region(frames, 0);
        boolean improved = true;
        while (improved) {
            improved = false;
            long from = best;
            for (int i = 0; i < candidates; i++) {
                for (int j = i;
                        j < candidates;
                        j++) { // i = j: add or drop one; else two at once, an exchange among them
                    long tried = from ^ (1L << i) ^ (i == j ? 0 : 1L << j);
                    double region = region(frames, tried);
                    if (region > bestRegion) {
                        bestRegion = region;
                        best = tried;
                        improved = true;
                    }
                }
            }
        }
        return best;
    }

    private static double region(TrackCells[] frames, long selection) {
        double sum = 0;
        for (var frame : frames) {
            sum += frame.iou(selection);
        }
        return sum / frames.length;
    }
}
