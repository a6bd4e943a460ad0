package org.sola.precompute;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;
import org.sola.mask.Mask;

/**
 * Drops the masks of a frame that are a part of another mask of that frame (SOLA, {@code generate_prompts_grid.py}).
 *
 * <p>The masks are taken by area, largest first. Going down the list without its last entry, a mask that is not yet a
 * part makes a part of every other mask whose share of pixels inside it is above the threshold.
 */
public final class PartFilter {
    private PartFilter() {}

    /** Positions of the masks to keep, largest area first, equal areas in the order given. */
    public static List<Integer> keep(List<Mask> masks, double threshold) {
        var areas = masks.stream().mapToLong(Mask::areaPixels).toArray();
        var order = IntStream.range(0, masks.size())
                .boxed()
                .sorted(Comparator.comparingLong((Integer i) -> areas[i]).reversed())
                .toList();
        var isPart = new boolean[masks.size()];
        for (int whole : order.subList(0, Math.max(0, order.size() - 1))) {
            if (isPart[whole]) {
                continue;
            }
            for (int part : order) {
                if (part != whole && !isPart[part] && areas[part] > 0) {
                    long inside = masks.get(part).intersectionPixels(masks.get(whole));
                    isPart[part] = (double) inside / areas[part] > threshold;
                }
            }
        }
        var kept = new ArrayList<Integer>();
        for (int i : order) {
            if (!isPart[i]) {
                kept.add(i);
            }
        }
        return List.copyOf(kept);
    }
}
