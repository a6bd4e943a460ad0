package org.sola.image;

import java.util.stream.IntStream;

/**
 * OpenCV's {@code INTER_LINEAR} on 8 bits: two neighbours an axis, never widened, weights of 11 fractional bits. Between
 * versions of OpenCV values differ by one grey level; masks of 0 and 1 do not.
 */
public final class OpenCvResize {
    private static final int WEIGHT_BITS = 11;

    private OpenCvResize() {}

    /** Where the two neighbours of every output sample are, and their weights. */
    private record Neighbours(int[] first, int[] second, int[] firstWeight, int[] secondWeight) {
        static Neighbours of(int inputs, int outputs) {
            var neighbours = new Neighbours(new int[outputs], new int[outputs], new int[outputs], new int[outputs]);
            double scale = 1 / ((double) outputs / inputs);
            for (int i = 0; i < outputs; i++) {
                float at = (float) ((i + 0.5) * scale - 0.5);
                int from = (int) Math.floor(at);
                float share = at - from;
                if (from < 0 || from >= inputs - 1) {
                    from = Math.max(0, Math.min(from, inputs - 1));
                    share = 0;
                }
                neighbours.first[i] = from;
                neighbours.second[i] = Math.min(from + 1, inputs - 1);
                neighbours.firstWeight[i] = (int) Math.rint((1f - share) * (1 << WEIGHT_BITS));
                neighbours.secondWeight[i] = (int) Math.rint(share * (1 << WEIGHT_BITS));
            }
            return neighbours;
        }
    }

    /** Resizes interleaved values of 8 bits: {@code values[(y * width + x) * channels + channel]}. */
    public static byte[] linear(byte[] values, int channels, int height, int width, int newHeight, int newWidth) {
        if (values.length != Math.multiplyExact(channels, Math.multiplyExact(height, width))) {
            throw new IllegalArgumentException(
                    values.length + " values for " + height + "x" + width + " pixels of " + channels + " channels");
        }
        var columns = Neighbours.of(width, newWidth);
        var rows = Neighbours.of(height, newHeight);
        int rowValues = newWidth * channels;
        var wide = new int[height * rowValues];
        IntStream.range(0, height).parallel().forEach(y -> {
            for (int x = 0; x < newWidth; x++) {
                for (int c = 0; c < channels; c++) {
                    int first = values[(y * width + columns.first[x]) * channels + c] & 0xFF;
                    int second = values[(y * width + columns.second[x]) * channels + c] & 0xFF;
                    wide[y * rowValues + x * channels + c] =
                            first * columns.firstWeight[x] + second * columns.secondWeight[x];
                }
            }
        });
        var result = new byte[newHeight * rowValues];
        IntStream.range(0, newHeight).parallel().forEach(y -> {
            for (int i = 0; i < rowValues; i++) {
                int first = rows.firstWeight[y] * (wide[rows.first[y] * rowValues + i] >> 4) >> 16;
                int second = rows.secondWeight[y] * (wide[rows.second[y] * rowValues + i] >> 4) >> 16;
                result[y * rowValues + i] = (byte) (first + second + 2 >> 2);
            }
        });
        return result;
    }
}
