package org.sola.mask;

import java.util.Arrays;
import java.util.function.IntPredicate;

/**
 * The connected parts of a mask; pixels that touch by a side or a corner belong together (8-connectivity). Parts are
 * numbered from 0 in the order of their first pixel, row by row.
 *
 * <p>Works on the runs of rows with a disjoint-set forest, so its cost is that of the mask's outline, not of its area.
 */
public final class ConnectedComponents {
    private final int height;
    private final int width;
    private final int[] runs; // y, first x, last x + 1, part
    private final long[] areas;

    private ConnectedComponents(int height, int width, int[] runs, long[] areas) {
        this.height = height;
        this.width = width;
        this.runs = runs;
        this.areas = areas;
    }

    public static ConnectedComponents of(Mask mask) {
        var runs = new int[64];
        var parent = new int[16];
        int n = 0;
        int row = 0; // first run of this row
        for (int y = 0; y < mask.height(); y++) {
            int upper = row < n && runs[4 * row] == y - 1 ? row : n; // walks the runs of the row above
            row = n;
            for (int x = mask.next(y, 0, true); x < mask.width(); ) {
                int end = mask.next(y, x, false);
                if (n == parent.length) {
                    parent = Arrays.copyOf(parent, 2 * n);
                    runs = Arrays.copyOf(runs, 8 * n);
                }
                runs[4 * n] = y;
                runs[4 * n + 1] = x;
                runs[4 * n + 2] = end;
                parent[n] = n;
                while (upper < row && runs[4 * upper + 2] < x) {
                    upper++;
                }
                for (int k = upper; k < row && runs[4 * k + 1] <= end; k++) {
                    join(parent, n, k);
                }
                n++;
                x = mask.next(y, end, true);
            }
        }
        return numbered(mask, Arrays.copyOf(runs, 4 * n), parent, n);
    }

    private static ConnectedComponents numbered(Mask mask, int[] runs, int[] parent, int n) {
        var areas = new long[n];
        int count = 0;
        for (int i = 0; i < n; i++) {
            int root = root(parent, i); // the smallest run of the part, so its number is there already
            int part = root == i ? count++ : runs[4 * root + 3];
            runs[4 * i + 3] = part;
            areas[part] += runs[4 * i + 2] - runs[4 * i + 1];
        }
        return new ConnectedComponents(mask.height(), mask.width(), runs, Arrays.copyOf(areas, count));
    }

    private static void join(int[] parent, int a, int b) {
        int x = root(parent, a);
        int y = root(parent, b);
        parent[Math.max(x, y)] = Math.min(x, y);
    }

    private static int root(int[] parent, int i) {
        int at = i;
        while (parent[at] != at) {
            parent[at] = parent[parent[at]];
            at = parent[at];
        }
        return at;
    }

    /** Number of parts, 0 for an empty mask. */
    public int count() {
        return areas.length;
    }

    public long areaPixels(int part) {
        return areas[part];
    }

    /** The largest part, the first among equals; -1 for an empty mask. */
    public int largest() {
        int best = -1;
        for (int i = 0; i < areas.length; i++) {
            if (best < 0 || areas[i] > areas[best]) {
                best = i;
            }
        }
        return best;
    }

    /** The pixels of the parts that {@code chosen} accepts. */
    public Mask mask(IntPredicate chosen) {
        var pixels = Mask.builder(height, width);
        for (int i = 0; i < runs.length; i += 4) {
            if (chosen.test(runs[i + 3])) {
                pixels.fillRow(runs[i], runs[i + 1], runs[i + 2]);
            }
        }
        return pixels.build();
    }

    /** {@code mask} with every hole of at most {@code maxAreaPixels} filled; an unset part at the edge is a hole too. */
    public static Mask fillHoles(Mask mask, long maxAreaPixels) {
        var holes = of(mask.not());
        return mask.or(holes.mask(part -> holes.areaPixels(part) <= maxAreaPixels));
    }

    /**
     * {@code mask} without its parts of at most {@code maxAreaPixels}; where all are that small the largest stays (SAM 2,
     * {@code amg.remove_small_regions}, whose threshold is exclusive: pass it minus one).
     */
    public static Mask removeIslands(Mask mask, long maxAreaPixels) {
        var parts = of(mask);
        int largest = parts.largest();
        return parts.mask(part -> part == largest || parts.areaPixels(part) > maxAreaPixels);
    }
}
