package org.sola.mask;

import java.util.Arrays;
import java.util.Optional;

/**
 * A binary mask of one frame, one bit a pixel, row by row; immutable and safe to share between threads.
 *
 * <p>Every operation on two masks asks for equal sizes and says both when they differ.
 */
public final class Mask {
    private final int height;
    private final int width;
    private final long[] words; // bit (y * width + x); bits after the last pixel are zero

    private Mask(int height, int width, long[] words) {
        if (height < 1 || width < 1) {
            throw new IllegalArgumentException("a mask needs at least one pixel, not " + height + "x" + width);
        }
        this.height = height;
        this.width = width;
        this.words = words;
    }

    private static long[] wordsFor(int height, int width) {
        return new long[Math.toIntExact(((long) height * width + 63) >>> 6)];
    }

    /** A mask without any pixel set. */
    public static Mask empty(int height, int width) {
        return new Mask(height, width, wordsFor(height, width));
    }

    /** Takes a rule for every pixel: {@code rule.test(y, x)}. */
    public static Mask of(int height, int width, PixelRule rule) {
        var words = wordsFor(height, width);
        long bit = 0;
        for (int y = 0; y < height; y++) {
            for (int x = 0; x < width; x++, bit++) {
                if (rule.test(y, x)) {
                    words[(int) (bit >>> 6)] |= 1L << bit;
                }
            }
        }
        return new Mask(height, width, words);
    }

    /** Sets every pixel whose row-major value is not zero. */
    public static Mask ofBytes(int height, int width, byte[] values) {
        return of(height, width, (y, x) -> values[y * width + x] != 0);
    }

    /** Sets every pixel whose logit is above zero; {@code offset} is the first value of the row-major map. */
    public static Mask ofLogits(int height, int width, float[] logits, int offset) {
        return of(height, width, (y, x) -> logits[offset + y * width + x] > 0f);
    }

    /** Whether a pixel belongs to a mask. */
    @FunctionalInterface
    public interface PixelRule {
        boolean test(int y, int x);
    }

    /** A mask to be filled row by row; pixels are unset at first. */
    static Builder builder(int height, int width) {
        return new Builder(empty(height, width));
    }

    /** The one place where a mask's words change, before anybody else sees it. */
    static final class Builder {
        private final Mask mask;

        private Builder(Mask mask) {
            this.mask = mask;
        }

        void set(int y, int x) {
            long bit = (long) y * mask.width + x;
            mask.words[(int) (bit >>> 6)] |= 1L << bit;
        }

        /** Sets the pixels {@code from <= x < to} of a row. */
        void fillRow(int y, int from, int to) {
            if (from >= to) {
                return;
            }
            long first = (long) y * mask.width + from;
            long last = (long) y * mask.width + to - 1;
            int start = (int) (first >>> 6);
            int end = (int) (last >>> 6);
            long head = -1L << first;
            long tail = -1L >>> 63 - (last & 63);
            if (start == end) {
                mask.words[start] |= head & tail;
                return;
            }
            mask.words[start] |= head;
            Arrays.fill(mask.words, start + 1, end, -1L);
            mask.words[end] |= tail;
        }

        Mask build() {
            return mask;
        }
    }

    /** The first x >= {@code from} of row {@code y} whose pixel is {@code set}, or the width. */
    int next(int y, int from, boolean set) {
        long row = (long) y * width;
        long bit = row + from;
        long limit = row + width;
        while (bit < limit) {
            long word = set ? words[(int) (bit >>> 6)] : ~words[(int) (bit >>> 6)];
            word &= -1L << bit;
            if (word != 0) {
                return (int) (Math.min(limit, (bit & ~63L) + Long.numberOfTrailingZeros(word)) - row);
            }
            bit = (bit | 63) + 1;
        }
        return width;
    }

    public int height() {
        return height;
    }

    public int width() {
        return width;
    }

    public boolean get(int y, int x) {
        long bit = (long) y * width + x;
        return (words[(int) (bit >>> 6)] >>> bit & 1L) != 0;
    }

    /** Number of pixels set. */
    public long areaPixels() {
        long area = 0;
        for (long word : words) {
            area += Long.bitCount(word);
        }
        return area;
    }

    public boolean isEmpty() {
        for (long word : words) {
            if (word != 0) {
                return false;
            }
        }
        return true;
    }

    public Mask or(Mask other) {
        requireSameSize(other);
        var result = words.clone();
        for (int i = 0; i < result.length; i++) {
            result[i] |= other.words[i];
        }
        return new Mask(height, width, result);
    }

    public Mask and(Mask other) {
        requireSameSize(other);
        var result = words.clone();
        for (int i = 0; i < result.length; i++) {
            result[i] &= other.words[i];
        }
        return new Mask(height, width, result);
    }

    /** The pixels of this mask that the other does not have. */
    public Mask minus(Mask other) {
        requireSameSize(other);
        var result = words.clone();
        for (int i = 0; i < result.length; i++) {
            result[i] &= ~other.words[i];
        }
        return new Mask(height, width, result);
    }

    /** The pixels that this mask does not have. */
    public Mask not() {
        var result = builder(height, width);
        for (int y = 0; y < height; y++) {
            result.fillRow(y, 0, width);
        }
        return result.build().minus(this);
    }

    /** The smallest box around the pixels set, none for an empty mask. */
    public Optional<Box> boundingBox() {
        int x0 = width;
        int x1 = 0;
        int y0 = -1;
        int y1 = 0;
        for (int y = 0; y < height; y++) {
            int first = next(y, 0, true);
            if (first == width) {
                continue;
            }
            y0 = y0 < 0 ? y : y0;
            y1 = y + 1;
            x0 = Math.min(x0, first);
            for (int x = Math.max(first, x1); x < width; x = next(y, x, true)) {
                x = next(y, x, false);
                x1 = get(y, x - 1) ? Math.max(x1, x) : x1;
            }
        }
        return y0 < 0 ? Optional.empty() : Optional.of(new Box(x0, y0, x1, y1));
    }

    /** Number of pixels that both masks have. */
    public long intersectionPixels(Mask other) {
        requireSameSize(other);
        long area = 0;
        for (int i = 0; i < words.length; i++) {
            area += Long.bitCount(words[i] & other.words[i]);
        }
        return area;
    }

    /** Intersection over union in 0..1; two empty masks agree, so their value is 1 (DAVIS region similarity). */
    public double iou(Mask other) {
        long intersection = intersectionPixels(other);
        long union = areaPixels() + other.areaPixels() - intersection;
        return union == 0 ? 1.0 : (double) intersection / union;
    }

    /** Nearest neighbour by pixel centres, as torch's {@code nearest}: source index {@code floor(i * in / out)}. */
    public Mask resizeNearest(int newHeight, int newWidth) {
        if (newHeight == height && newWidth == width) {
            return this;
        }
        return of(
                newHeight,
                newWidth,
                (y, x) -> get((int) ((long) y * height / newHeight), (int) ((long) x * width / newWidth)));
    }

    /** Nearest neighbour as torch's {@code nearest-exact}: source index {@code floor((i + 0.5) * in / out)}. */
    public Mask resizeNearestExact(int newHeight, int newWidth) {
        return of(
                newHeight,
                newWidth,
                (y, x) -> get((int) ((2L * y + 1) * height / (2L * newHeight)), (int)
                        ((2L * x + 1) * width / (2L * newWidth))));
    }

    /** One byte a pixel, row by row, 0 or 1. */
    public byte[] toBytes() {
        var bytes = new byte[height * width];
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = (byte) (words[i >>> 6] >>> i & 1L);
        }
        return bytes;
    }

    private void requireSameSize(Mask other) {
        if (height != other.height || width != other.width) {
            throw new IllegalArgumentException("masks of different sizes: " + height + "x" + width + " and "
                    + other.height + "x" + other.width + " (height x width)");
        }
    }

    @Override
    public boolean equals(Object object) {
        return object instanceof Mask other
                && height == other.height
                && width == other.width
                && Arrays.equals(words, other.words);
    }

    @Override
    public int hashCode() {
        return 31 * (31 * height + width) + Arrays.hashCode(words);
    }

    @Override
    public String toString() {
        return "Mask[" + height + "x" + width + ", " + areaPixels() + " pixels]";
    }
}
