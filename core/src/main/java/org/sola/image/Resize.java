package org.sola.image;

import java.util.Arrays;
import java.util.stream.IntStream;

/**
 * Resizing as the reference programs do it, so that a network sees the input it was trained on.
 *
 * <p>Two families: 8-bit images with the fixed-point arithmetic of Pillow's {@code Resample.c} (equal to the bit), and
 * float planes as torch's {@code interpolate} (equal within float32 rounding). The aspect ratio is whatever the caller
 * asks for. Rows are done in parallel; the result does not depend on the number of threads.
 */
public final class Resize {
    /** Fractional bits of Pillow's weights: 32 less 8 of the pixel less 2 of headroom. */
    private static final int PRECISION_BITS = 32 - 8 - 2;

    private Resize() {}

    /**
     * Resizes an 8-bit image as Pillow's {@code Image.resize} does: horizontal pass, rounding and clipping to 0..255,
     * vertical pass, rounding and clipping; a pass that changes nothing is left out.
     *
     * @param filter {@link Filter#BICUBIC_ANTIALIASED} for Pillow's BICUBIC (its default), {@link
     *     Filter#BILINEAR_ANTIALIASED} for BILINEAR
     */
    public static RgbImage image(RgbImage image, int newHeight, int newWidth, Filter filter) {
        var columns = Taps.of(filter, image.width(), newWidth);
        var rows = Taps.of(filter, image.height(), newHeight);
        byte[] rgb = image.rgb();
        if (!columns.isIdentity()) {
            rgb = horizontally(rgb, image.height(), columns);
        }
        if (!rows.isIdentity()) {
            rgb = vertically(rgb, newWidth * 3, rows);
        }
        return rgb == image.rgb() ? image : new RgbImage(newHeight, newWidth, rgb);
    }

    private static byte[] horizontally(byte[] rgb, int height, Taps taps) {
        int[] weights = taps.fixedWeights(PRECISION_BITS);
        int[] first = taps.first();
        int count = taps.count();
        int newWidth = taps.outputs();
        var result = new byte[Math.multiplyExact(height, newWidth * 3)];
        IntStream.range(0, height).parallel().forEach(y -> {
            int row = y * taps.inputs() * 3;
            int to = y * newWidth * 3;
            for (int x = 0; x < newWidth; x++) {
                int red = 1 << (PRECISION_BITS - 1);
                int green = red;
                int blue = red;
                int from = row + first[x] * 3;
                for (int k = x * count; k < (x + 1) * count; k++) {
                    int weight = weights[k];
                    red += (rgb[from++] & 0xFF) * weight;
                    green += (rgb[from++] & 0xFF) * weight;
                    blue += (rgb[from++] & 0xFF) * weight;
                }
                result[to++] = clip(red);
                result[to++] = clip(green);
                result[to++] = clip(blue);
            }
        });
        return result;
    }

    private static byte[] vertically(byte[] rgb, int rowBytes, Taps taps) {
        int[] weights = taps.fixedWeights(PRECISION_BITS);
        var result = new byte[Math.multiplyExact(taps.outputs(), rowBytes)];
        IntStream.range(0, taps.outputs()).parallel().forEach(y -> {
            var sums = new int[rowBytes];
            Arrays.fill(sums, 1 << (PRECISION_BITS - 1));
            for (int k = 0; k < taps.count(); k++) {
                int weight = weights[y * taps.count() + k];
                if (weight != 0) {
                    int from = (taps.first()[y] + k) * rowBytes;
                    for (int i = 0; i < rowBytes; i++) {
                        sums[i] += (rgb[from + i] & 0xFF) * weight;
                    }
                }
            }
            int to = y * rowBytes;
            for (int i = 0; i < rowBytes; i++) {
                result[to + i] = clip(sums[i]);
            }
        });
        return result;
    }

    private static byte clip(int sum) {
        return (byte) Math.max(0, Math.min(255, sum >> PRECISION_BITS));
    }

    /**
     * Resizes float planes as torch does; bicubic results may leave the input's range, they are not clamped.
     *
     * @param planes (channels, height, width), row-major
     * @return (channels, newHeight, newWidth), row-major; the input itself if the size stays
     */
    public static float[] planes(
            float[] planes, int channels, int height, int width, int newHeight, int newWidth, Filter filter) {
        if (planes.length != Math.multiplyExact(channels, Math.multiplyExact(height, width))) {
            throw new IllegalArgumentException(
                    channels + " planes of " + height + "x" + width + " cannot have " + planes.length + " values");
        }
        var columns = Taps.of(filter, width, newWidth);
        var rows = Taps.of(filter, height, newHeight);
        float[] result = planes;
        // The pass that shrinks more goes first: fewer values for the other one.
        boolean startsWithColumns = (long) newWidth * height <= (long) newHeight * width;
        if (startsWithColumns && !columns.isIdentity()) {
            result = horizontally(result, channels * height, columns);
        }
        if (!rows.isIdentity()) {
            result = vertically(result, channels, startsWithColumns ? newWidth : width, rows);
        }
        if (!startsWithColumns && !columns.isIdentity()) {
            result = horizontally(result, channels * newHeight, columns);
        }
        return result;
    }

    private static float[] horizontally(float[] values, int rows, Taps taps) {
        float[] weights = taps.floatWeights();
        int count = taps.count();
        int newWidth = taps.outputs();
        var result = new float[Math.multiplyExact(rows, newWidth)];
        IntStream.range(0, rows).parallel().forEach(y -> {
            int row = y * taps.inputs();
            for (int x = 0; x < newWidth; x++) {
                float sum = 0;
                int from = row + taps.first()[x];
                for (int k = 0; k < count; k++) {
                    sum += values[from + k] * weights[x * count + k];
                }
                result[y * newWidth + x] = sum;
            }
        });
        return result;
    }

    private static float[] vertically(float[] values, int planes, int width, Taps taps) {
        float[] weights = taps.floatWeights();
        int newHeight = taps.outputs();
        var result = new float[Math.multiplyExact(Math.multiplyExact(planes, newHeight), width)];
        IntStream.range(0, planes * newHeight).parallel().forEach(row -> {
            int y = row % newHeight;
            int plane = row / newHeight * taps.inputs();
            for (int k = 0; k < taps.count(); k++) {
                float weight = weights[y * taps.count() + k];
                if (weight != 0) {
                    int from = (plane + taps.first()[y] + k) * width;
                    int to = row * width;
                    for (int x = 0; x < width; x++) {
                        result[to + x] += values[from + x] * weight;
                    }
                }
            }
        });
        return result;
    }
}
