package org.sola.precompute;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.sola.mask.Rle;

/**
 * Finds tracks that came to follow the same object. Prompts are compared with tracks on their own frame only, so an
 * object that an early track had lost there is tracked again, and the two agree almost everywhere. Of such tracks the
 * smaller is kept: the larger one is more often the object with something of its surroundings.
 */
final class DuplicateTracks {
    private DuplicateTracks() {}

    /**
     * Positions of the tracks to keep, in their order.
     *
     * @param tracks N lists of T masks
     * @param threshold mean IoU, over the frames in which either is seen, above which two are the same
     */
    static List<Integer> keep(List<List<Rle>> tracks, double threshold) {
        var areas = tracks.stream()
                .mapToLong(track -> track.stream().mapToLong(Rle::areaPixels).sum())
                .toArray();
        var smallestFirst = new ArrayList<Integer>();
        for (int i = 0; i < areas.length; i++) {
            smallestFirst.add(i);
        }
        smallestFirst.sort(Comparator.comparingLong(i -> areas[i])); // stable: the first of equal ones stays
        Set<Integer> kept = new HashSet<>();
        for (int i : smallestFirst) {
            if (kept.stream().noneMatch(j -> meanIou(tracks.get(i), tracks.get(j)) > threshold)) {
                kept.add(i);
            }
        }
        return kept.stream().sorted().toList();
    }

    /** Over the frames in which either is seen; 0 when neither ever is. */
    static double meanIou(List<Rle> a, List<Rle> b) {
        double sum = 0;
        int seen = 0;
        for (int t = 0; t < a.size(); t++) {
            if (!a.get(t).isEmpty() || !b.get(t).isEmpty()) {
                sum += a.get(t).iou(b.get(t));
                seen++;
            }
        }
        return seen == 0 ? 0 : sum / seen;
    }
}
