package org.sola.mask;

import java.util.Arrays;
import java.util.Optional;

/**
 * A mask as COCO run lengths: pixels column by column, runs of 0 and 1 in turn, beginning with a (possibly empty) run
 * of zeros. Equal masks have equal values: zero-length runs are merged away when one is made.
 */
public final class Rle {
    private final int height;
    private final int width;
    private final long[] counts;

    private Rle(int height, int width, long[] counts) {
        this.height = height;
        this.width = width;
        this.counts = counts;
    }

    /**
     * Runs as they are written in files.
     *
     * @throws RleException when they do not add up to height * width or one is negative
     */
    public static Rle ofCounts(int height, int width, long... counts) {
        requireSize(height, width);
        long pixels = (long) height * width;
        long total = 0;
        for (long count : counts) {
            if (count < 0) {
                throw new RleException("counts: a run of " + count + " pixels");
            }
            if (count > pixels - total) {
                throw new RleException(
                        "counts: the runs go past the " + pixels + " pixels of a mask of " + height + "x" + width);
            }
            total += count;
        }
        if (total != pixels) {
            throw new RleException(
                    "counts: runs of " + total + " pixels for a mask of " + height + "x" + width + " = " + pixels);
        }
        return new Rle(height, width, canonical(counts));
    }

    /**
     * The compressed text of COCO: runs (from the third on the difference to the run two before) in groups of five bits.
     *
     * @throws RleException when a character is illegal, a number does not end or the runs do not add up
     */
    public static Rle ofCompressed(int height, int width, String text) {
        requireSize(height, width);
        var counts = new long[text.length()];
        int n = 0;
        int at = 0;
        while (at < text.length()) {
            long value = 0;
            int shift = 0;
            int group;
            do {
                if (at == text.length()) {
                    throw new RleException("counts: the text ends within a number");
                }
                group = text.charAt(at) - 48;
                if (group < 0 || group > 63) {
                    throw new RleException("counts: illegal character '" + text.charAt(at) + "' at position " + at);
                }
                if (shift > 35) {
                    throw new RleException("counts: a number too long at position " + at);
                }
                value |= (long) (group & 0x1F) << shift;
                shift += 5;
                at++;
            } while ((group & 0x20) != 0);
            if ((group & 0x10) != 0) {
                value |= -1L << shift;
            }
            if (n > 2) {
                value += counts[n - 2];
            }
            if (value < 0 || value > (long) height * width) {
                throw new RleException("counts: run " + n + " has " + value + " pixels");
            }
            counts[n++] = value;
        }
        return ofCounts(height, width, Arrays.copyOf(counts, n));
    }

    /** A mask without any pixel set. */
    public static Rle empty(int height, int width) {
        return ofCounts(height, width, (long) height * width);
    }

    public static Rle encode(Mask mask) {
        int height = mask.height();
        var box = mask.boundingBox();
        if (box.isEmpty()) {
            return empty(height, mask.width());
        }
        var counts = new long[64];
        int n = 0;
        boolean current = false;
        long runStart = 0;
        for (int x = box.get().x0(); x < box.get().x1(); x++) {
            for (int y = 0; y < height; y++) {
                if (mask.get(y, x) != current) {
                    if (n + 3 > counts.length) { // this run and, after the loop, two more
                        counts = Arrays.copyOf(counts, counts.length * 2);
                    }
                    long at = (long) x * height + y;
                    counts[n++] = at - runStart;
                    runStart = at;
                    current = !current;
                }
            }
        }
        long end = current ? (long) box.get().x1() * height : runStart; // the box may end within a column's last run
        if (end > runStart) {
            counts[n++] = end - runStart;
        }
        long rest = (long) mask.width() * height - end;
        if (rest > 0) {
            counts[n++] = rest;
        }
        return new Rle(height, mask.width(), Arrays.copyOf(counts, n));
    }

    /**
     * The mask in pixels.
     *
     * @throws RleException when it is too large to be laid out, more than 2^31 - 1 pixels
     */
    public Mask decode() {
        if ((long) height * width > Integer.MAX_VALUE) {
            throw new RleException("size: " + height + "x" + width + " is too large to be laid out in pixels");
        }
        var pixels = Mask.builder(height, width);
        long at = 0;
        for (int i = 0; i < counts.length; at += counts[i++]) {
            if (i % 2 == 0) {
                continue;
            }
            int x = (int) (at / height);
            int y = (int) (at % height);
            for (long k = counts[i]; k > 0; k--) {
                pixels.set(y, x);
                if (++y == height) {
                    y = 0;
                    x++;
                }
            }
        }
        return pixels.build();
    }

    /** The compressed text of COCO. */
    public String compressed() {
        var text = new StringBuilder();
        for (int i = 0; i < counts.length; i++) {
            long value = i > 2 ? counts[i] - counts[i - 2] : counts[i];
            boolean more;
            do {
                int group = (int) (value & 0x1F);
                value >>= 5;
                more = (group & 0x10) != 0 ? value != -1 : value != 0;
                text.append((char) (48 + (more ? group | 0x20 : group)));
            } while (more);
        }
        return text.toString();
    }

    public int height() {
        return height;
    }

    public int width() {
        return width;
    }

    /** The runs, zeros first. */
    public long[] counts() {
        return counts.clone();
    }

    public long areaPixels() {
        long area = 0;
        for (int i = 1; i < counts.length; i += 2) {
            area += counts[i];
        }
        return area;
    }

    public boolean isEmpty() {
        return counts.length < 2;
    }

    /** The smallest box around the pixels set, from the runs alone; none for an empty mask. */
    public Optional<Box> boundingBox() {
        if (isEmpty()) {
            return Optional.empty();
        }
        long x0 = counts[0] / height;
        long x1 = 0;
        long y0 = height;
        long y1 = 0;
        long at = 0;
        for (int i = 0; i < counts.length; at += counts[i++]) {
            if (i % 2 == 0) {
                continue;
            }
            long last = at + counts[i] - 1;
            x1 = last / height + 1;
            boolean crosses = at / height != last / height; // a column's end is in the run, and the next one's begin
            y0 = crosses ? 0 : Math.min(y0, at % height);
            y1 = crosses ? height : Math.max(y1, last % height + 1);
        }
        return Optional.of(new Box((int) x0, (int) y0, (int) x1, (int) y1));
    }

    /** Number of pixels that both masks have, from the runs alone. */
    public long intersectionPixels(Rle other) {
        long[] area = {0};
        walk(other, (a, b, pixels) -> area[0] += a && b ? pixels : 0);
        return area[0];
    }

    /** The pixels that at least one of both masks has, from the runs alone. */
    public Rle or(Rle other) {
        var runs = new RunBuilder(counts.length + other.counts.length);
        walk(other, (a, b, pixels) -> runs.add(a || b, pixels));
        return new Rle(height, width, runs.counts());
    }

    /** The pixels that both masks have, from the runs alone. */
    public Rle and(Rle other) {
        var runs = new RunBuilder(counts.length + other.counts.length);
        walk(other, (a, b, pixels) -> runs.add(a && b, pixels));
        return new Rle(height, width, runs.counts());
    }

    /** The pixels of this mask that the other does not have, from the runs alone. */
    public Rle minus(Rle other) {
        var runs = new RunBuilder(counts.length + other.counts.length);
        walk(other, (a, b, pixels) -> runs.add(a && !b, pixels));
        return new Rle(height, width, runs.counts());
    }

    private interface Stretch {
        /** {@code pixels} in a row of which this mask has all or none ({@code a}), and the other too ({@code b}). */
        void accept(boolean a, boolean b, long pixels);
    }

    /** Cuts the pixels where either mask changes. */
    private void walk(Rle other, Stretch stretch) {
        if (height != other.height || width != other.width) {
            throw new IllegalArgumentException("masks of different sizes: " + height + "x" + width + " and "
                    + other.height + "x" + other.width + " (height x width)");
        }
        int i = 0;
        int j = 0;
        long a = counts[0];
        long b = other.counts[0];
        while (true) {
            long step = Math.min(a, b);
            stretch.accept((i & 1) == 1, (j & 1) == 1, step);
            a -= step;
            b -= step;
            if (a == 0) {
                if (++i == counts.length) {
                    return; // both sum to the same, so what is left of the other is nothing
                }
                a = counts[i];
            }
            if (b == 0) {
                if (++j == other.counts.length) {
                    return;
                }
                b = other.counts[j];
            }
        }
    }

    /** Joins neighbouring stretches of one value, so that runs are canonical. */
    private static final class RunBuilder {
        private final long[] runs;
        private int last; // an even place holds zeros

        RunBuilder(int most) {
            runs = new long[most + 1];
        }

        void add(boolean set, long pixels) {
            if (pixels > 0) {
                last += (last & 1) == (set ? 1 : 0) ? 0 : 1;
                runs[last] += pixels;
            }
        }

        long[] counts() {
            return Arrays.copyOf(runs, last + 1);
        }
    }

    /** Intersection over union in 0..1 from the runs alone; two empty masks agree (DAVIS). */
    public double iou(Rle other) {
        long intersection = intersectionPixels(other);
        long union = areaPixels() + other.areaPixels() - intersection;
        return union == 0 ? 1.0 : (double) intersection / union;
    }

    private static void requireSize(int height, int width) {
        if (height < 1 || width < 1) {
            throw new RleException("size: " + height + "x" + width + ", expected at least 1x1");
        }
    }

    private static long[] canonical(long[] counts) {
        var merged = new long[counts.length + 1];
        int n = 0;
        for (int i = 0; i < counts.length; i++) {
            if (counts[i] == 0 && i > 0) {
                continue;
            }
            if (n % 2 == i % 2) {
                merged[n++] = counts[i];
            } else { // a zero-length run was left out before this one: it goes on with the run of its own value
                merged[n - 1] += counts[i];
            }
        }
        return Arrays.copyOf(merged, n);
    }

    @Override
    public boolean equals(Object object) {
        return object instanceof Rle other
                && height == other.height
                && width == other.width
                && Arrays.equals(counts, other.counts);
    }

    @Override
    public int hashCode() {
        return 31 * (31 * height + width) + Arrays.hashCode(counts);
    }

    @Override
    public String toString() {
        return "Rle[" + height + "x" + width + ", " + areaPixels() + " pixels]";
    }
}
