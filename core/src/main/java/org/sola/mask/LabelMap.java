package org.sola.mask;

import java.util.TreeSet;

/**
 * The objects of one frame: a number a pixel, 0 for the background, as the palette PNGs of DAVIS and YouTube-VOS hold
 * them. Immutable.
 */
public final class LabelMap {
    /** What DAVIS marks pixels with that count neither for nor against a prediction. */
    public static final int VOID = 255;

    private final int height;
    private final int width;
    private final byte[] labels; // row-major, unsigned

    private LabelMap(int height, int width, byte[] labels) {
        this.height = height;
        this.width = width;
        this.labels = labels;
    }

    /** Takes a copy of row-major labels, 0 to 255 as unsigned bytes. */
    public static LabelMap of(int height, int width, byte[] labels) {
        if (height < 1 || width < 1 || (long) height * width != labels.length) {
            throw new IllegalArgumentException(labels.length + " labels for " + height + "x" + width + " pixels");
        }
        return new LabelMap(height, width, labels.clone());
    }

    public int height() {
        return height;
    }

    public int width() {
        return width;
    }

    public int get(int y, int x) {
        return labels[y * width + x] & 0xFF;
    }

    /** The pixels of one object. */
    public Mask mask(int label) {
        return Mask.of(height, width, (y, x) -> (labels[y * width + x] & 0xFF) == label);
    }

    /** The largest number but {@link #VOID}, 0 when there is no object. */
    public int largest() {
        int largest = 0;
        for (byte label : labels) {
            int value = label & 0xFF;
            largest = value != VOID && value > largest ? value : largest;
        }
        return largest;
    }

    /** Every number that occurs but 0, {@link #VOID} included, in order. */
    public TreeSet<Integer> present() {
        var seen = new boolean[256];
        for (byte label : labels) {
            seen[label & 0xFF] = true;
        }
        var present = new TreeSet<Integer>();
        for (int label = 1; label < seen.length; label++) {
            if (seen[label]) {
                present.add(label);
            }
        }
        return present;
    }

    /** A copy of the row-major labels. */
    public byte[] toBytes() {
        return labels.clone();
    }

    @Override
    public String toString() {
        return "LabelMap[" + height + "x" + width + ", objects " + present() + "]";
    }
}
