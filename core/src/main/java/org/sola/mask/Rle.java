package org.sola.mask;

import java.util.Arrays;

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
        long total = 0;
        for (long count : counts) {
            if (count < 0) {
                throw new RleException("counts: a run of " + count + " pixels");
            }
            total += count;
        }
        if (total != (long) height * width) {
            throw new RleException("counts: runs of " + total + " pixels for a mask of " + height + "x" + width + " = "
                    + (long) height * width);
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
        var counts = new long[64];
        int n = 0;
        boolean current = false;
        int run = 0;
        for (int x = 0; x < mask.width(); x++) {
            for (int y = 0; y < mask.height(); y++) {
                if (mask.get(y, x) != current) {
                    if (n + 2 > counts.length) {
                        counts = Arrays.copyOf(counts, counts.length * 2);
                    }
                    counts[n++] = run;
                    run = 0;
                    current = !current;
                }
                run++;
            }
        }
        counts[n++] = run;
        return new Rle(mask.height(), mask.width(), Arrays.copyOf(counts, n));
    }

    public Mask decode() {
        var pixels = new byte[Math.multiplyExact(height, width)];
        int x = 0;
        int y = 0;
        for (int i = 0; i < counts.length; i++) {
            if (i % 2 == 0) {
                long next = (long) x * height + y + counts[i];
                x = (int) (next / height);
                y = (int) (next % height);
            } else {
                for (long k = 0; k < counts[i]; k++) {
                    pixels[y * width + x] = 1;
                    if (++y == height) {
                        y = 0;
                        x++;
                    }
                }
            }
        }
        return Mask.ofBytes(height, width, pixels);
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

    /** Number of pixels that both masks have, from the runs alone. */
    public long intersectionPixels(Rle other) {
        if (height != other.height || width != other.width) {
            throw new IllegalArgumentException("masks of different sizes: " + height + "x" + width + " and "
                    + other.height + "x" + other.width + " (height x width)");
        }
        long area = 0;
        int i = 0;
        int j = 0;
        long a = counts[0];
        long b = other.counts[0];
        while (true) {
            long step = Math.min(a, b);
            if ((i & j & 1) == 1) {
                area += step;
            }
            a -= step;
            b -= step;
            if (a == 0) {
                if (++i == counts.length) {
                    return area;
                }
                a = counts[i];
            }
            if (b == 0) {
                if (++j == other.counts.length) {
                    return area;
                }
                b = other.counts[j];
            }
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
