package org.sola.demo;

import java.io.ByteArrayOutputStream;
import java.util.Arrays;
import org.sola.image.RgbImage;

/**
 * A JPEG encoder (baseline, no subsampling, the tables of ITU-T T.81 annex K) whose bytes depend on the image alone.
 * The JDK's encoder is libjpeg of whoever built the JDK, and builds differ.
 */
final class BaselineJpeg {
    private static final int[] LUMINANCE = {
        16, 11, 10, 16, 24, 40, 51, 61, 12, 12, 14, 19, 26, 58, 60, 55, 14, 13, 16, 24, 40, 57, 69, 56, 14, 17, 22, 29,
        51, 87, 80, 62, 18, 22, 37, 56, 68, 109, 103, 77, 24, 35, 55, 64, 81, 104, 113, 92, 49, 64, 78, 87, 103, 121,
        120, 101, 72, 92, 95, 98, 112, 100, 103, 99
    };
    private static final int[] CHROMINANCE = chrominance();
    private static final int[] ZIGZAG = zigzag();
    private static final double[] COSINES = cosines();

    private final RgbImage image;
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final JpegHuffman bits = new JpegHuffman(out);
    private final double[] block = new double[64];
    private final double[] rows = new double[64];
    private final int[] quantised = new int[64];

    private BaselineJpeg(RgbImage image) {
        this.image = image;
    }

    /** The file's bytes; {@code quality} in 1..100 as libjpeg understands it. */
    static byte[] encode(RgbImage image, int quality) {
        return new BaselineJpeg(image).encode(quality);
    }

    private static int[] chrominance() {
        var table = new int[64];
        Arrays.fill(table, 99);
        int[][] corner = {{17, 18, 24, 47}, {18, 21, 26, 66}, {24, 26, 56, 99}, {47, 66, 99, 99}};
        for (int y = 0; y < 4; y++) {
            System.arraycopy(corner[y], 0, table, 8 * y, 4);
        }
        return table;
    }

    private static int[] zigzag() {
        var order = new int[64];
        int at = 0;
        for (int sum = 0; sum < 15; sum++) {
            for (int i = Math.max(0, sum - 7); i <= Math.min(7, sum); i++) {
                order[at++] = sum % 2 == 0 ? (sum - i) * 8 + i : i * 8 + sum - i;
            }
        }
        return order;
    }

    private static double[] cosines() {
        var table = new double[64]; // [frequency * 8 + position]
        for (int u = 0; u < 8; u++) {
            for (int x = 0; x < 8; x++) {
                double scale = u == 0 ? StrictMath.sqrt(0.125) : 0.5;
                table[u * 8 + x] = scale * StrictMath.cos((2 * x + 1) * u * StrictMath.PI / 16);
            }
        }
        return table;
    }

    private static int[] scaled(int[] table, int quality) {
        int percent = quality < 50 ? 5000 / quality : 200 - 2 * quality;
        var result = new int[64];
        for (int i = 0; i < 64; i++) {
            result[i] = Math.max(1, Math.min(255, (table[i] * percent + 50) / 100));
        }
        return result;
    }

    private byte[] encode(int quality) {
        if (quality < 1 || quality > 100) {
            throw new IllegalArgumentException("a JPEG quality is 1..100, not " + quality);
        }
        var tables = new int[][] {scaled(LUMINANCE, quality), scaled(CHROMINANCE, quality)};
        header(tables);
        int[] lastDc = new int[3];
        for (int y = 0; y < image.height(); y += 8) {
            for (int x = 0; x < image.width(); x += 8) {
                for (int component = 0; component < 3; component++) {
                    load(x, y, component);
                    int table = component == 0 ? 0 : 1;
                    transform(tables[table]);
                    bits.block(quantised, lastDc[component], table);
                    lastDc[component] = quantised[0];
                }
            }
        }
        bits.flush();
        marker(0xD9);
        return out.toByteArray();
    }

    private void header(int[][] tables) {
        marker(0xD8);
        segment(0xE0, 'J', 'F', 'I', 'F', 0, 1, 1, 0, 0, 1, 0, 1, 0, 0);
        for (int i = 0; i < 2; i++) {
            var table = new int[65];
            table[0] = i;
            for (int k = 0; k < 64; k++) {
                table[k + 1] = tables[i][ZIGZAG[k]];
            }
            segment(0xDB, table);
        }
        int height = image.height();
        int width = image.width();
        segment(0xC0, 8, height >> 8, height & 255, width >> 8, width & 255, 3, 1, 0x11, 0, 2, 0x11, 1, 3, 0x11, 1);
        for (var table : JpegHuffman.tables()) {
            segment(0xC4, table);
        }
        segment(0xDA, 3, 1, 0x00, 2, 0x11, 3, 0x11, 0, 63, 0);
    }

    private void marker(int code) {
        out.write(0xFF);
        out.write(code);
    }

    private void segment(int code, int... body) {
        marker(code);
        out.write(body.length + 2 >> 8);
        out.write(body.length + 2 & 255);
        for (int value : body) {
            out.write(value);
        }
    }

    /** One component of a block, edges repeated, level-shifted (JFIF's conversion). */
    private void load(int left, int top, int component) {
        var rgb = image.rgb();
        for (int i = 0; i < 64; i++) {
            int y = Math.min(image.height() - 1, top + i / 8);
            int x = Math.min(image.width() - 1, left + i % 8);
            int at = (y * image.width() + x) * 3;
            int r = rgb[at] & 0xFF;
            int g = rgb[at + 1] & 0xFF;
            int b = rgb[at + 2] & 0xFF;
            block[i] = switch (component) {
                case 0 -> 0.299 * r + 0.587 * g + 0.114 * b - 128;
                case 1 -> -0.168735892 * r - 0.331264108 * g + 0.5 * b;
                default -> 0.5 * r - 0.418687589 * g - 0.081312411 * b;
            };
        }
    }

    /** Cosine transform of rows, then columns; quantised in zigzag order. */
    private void transform(int[] table) {
        for (int y = 0; y < 8; y++) {
            for (int u = 0; u < 8; u++) {
                double sum = 0;
                for (int x = 0; x < 8; x++) {
                    sum += COSINES[u * 8 + x] * block[y * 8 + x];
                }
                rows[y * 8 + u] = sum;
            }
        }
        for (int k = 0; k < 64; k++) {
            int at = ZIGZAG[k];
            int u = at % 8;
            int v = at / 8;
            double sum = 0;
            for (int y = 0; y < 8; y++) {
                sum += COSINES[v * 8 + y] * rows[y * 8 + u];
            }
            double value = sum / table[at];
            quantised[k] = (int) (value < 0 ? value - 0.5 : value + 0.5);
        }
    }
}
