package org.sola.evaluate;

import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.sola.mask.Rle;

/**
 * One frame cut into cells, a cell being all pixels that the same tracks cover. A selection's union, and so its IoU with
 * the truth, is a sum over cells, which makes trying many selections cheap. It is built from run lengths alone.
 */
final class TrackCells {
    private static final int TRUTH_BIT = 63;

    private final long[] tracks; // which tracks cover the cell, a bit each
    private final long[] area;
    private final long[] inTruth;
    private final long truthArea;

    private TrackCells(long[] tracks, long[] area, long[] inTruth, long truthArea) {
        this.tracks = tracks;
        this.area = area;
        this.inTruth = inTruth;
        this.truthArea = truthArea;
    }

    /** At most 63 masks of a frame, and its truth. */
    static TrackCells of(List<Rle> masks, Rle truth) {
        int n = 0;
        for (var mask : masks) {
            n += mask.counts().length;
        }
        var changes = new long[n + truth.counts().length + 1]; // position << 6 | bit that changes there
        n = 0;
        for (int i = 0; i < masks.size(); i++) {
            n = addChanges(masks.get(i), i, changes, n);
        }
        n = addChanges(truth, TRUTH_BIT, changes, n);
        Arrays.sort(changes, 0, n);
        var cells = new HashMap<Long, long[]>();
        long covering = 0;
        long from = 0;
        for (int k = 0; k < n; k++) {
            long position = changes[k] >>> 6;
            if (position > from && covering != 0) {
                cells.computeIfAbsent(covering, key -> new long[1])[0] += position - from;
            }
            from = position;
            covering ^= 1L << (changes[k] & 63);
        }
        long pixels = (long) truth.height() * truth.width();
        if (pixels > from && covering != 0) {
            cells.computeIfAbsent(covering, key -> new long[1])[0] += pixels - from;
        }
        return ofCells(cells, truth.areaPixels());
    }

    private static int addChanges(Rle mask, int bit, long[] changes, int n) {
        var counts = mask.counts();
        long position = 0;
        for (int i = 0; i + 1 < counts.length; i++) {
            position += counts[i];
            changes[n++] = position << 6 | bit;
        }
        return n;
    }

    private static TrackCells ofCells(Map<Long, long[]> cells, long truthArea) {
        long truth = 1L << TRUTH_BIT;
        var merged = new HashMap<Long, long[]>(); // tracks -> area, area in truth
        cells.forEach((covering, pixels) -> {
            if ((covering & ~truth) != 0) {
                var sums = merged.computeIfAbsent(covering & ~truth, key -> new long[2]);
                sums[0] += pixels[0];
                sums[1] += (covering & truth) != 0 ? pixels[0] : 0;
            }
        });
        var tracks =
                merged.keySet().stream().mapToLong(Long::longValue).sorted().toArray();
        var area = Arrays.stream(tracks).map(key -> merged.get(key)[0]).toArray();
        var inTruth = Arrays.stream(tracks).map(key -> merged.get(key)[1]).toArray();
        return new TrackCells(tracks, area, inTruth, truthArea);
    }

    /** The IoU of the union of the tracks in {@code selection} (a bit each) with the truth; 1 when both are empty. */
    double iou(long selection) {
        long covered = 0;
        long intersection = 0;
        for (int c = 0; c < tracks.length; c++) {
            if ((tracks[c] & selection) != 0) {
                covered += area[c];
                intersection += inTruth[c];
            }
        }
        long union = covered + truthArea - intersection;
        return union == 0 ? 1.0 : (double) intersection / union;
    }
}
