package org.sola.demo;

import java.io.ByteArrayOutputStream;

/** The entropy coder of {@link BaselineJpeg}, with the typical tables of ITU-T T.81 annex K.3. */
final class JpegHuffman {
    private static final String DC_VALUES = "000102030405060708090a0b";
    private static final int[] DC_LUMINANCE =
            table(0x00, new int[] {0, 1, 5, 1, 1, 1, 1, 1, 1, 0, 0, 0, 0, 0, 0, 0}, DC_VALUES);
    private static final int[] DC_CHROMINANCE =
            table(0x01, new int[] {0, 3, 1, 1, 1, 1, 1, 1, 1, 1, 1, 0, 0, 0, 0, 0}, DC_VALUES);
    private static final int[] AC_LUMINANCE = table(
            0x10,
            new int[] {0, 2, 1, 3, 3, 2, 4, 3, 5, 5, 4, 4, 0, 0, 1, 125},
            "01020300041105122131410613516107227114328191a1082342b1c11552d1f02433627282090a16"
                    + "1718191a25262728292a3435363738393a434445464748494a535455565758595a63646566676869"
                    + "6a737475767778797a838485868788898a92939495969798999aa2a3a4a5a6a7a8a9aab2b3b4b5b6"
                    + "b7b8b9bac2c3c4c5c6c7c8c9cad2d3d4d5d6d7d8d9dae1e2e3e4e5e6e7e8e9eaf1f2f3f4f5f6f7f8"
                    + "f9fa");
    private static final int[] AC_CHROMINANCE = table(
            0x11,
            new int[] {0, 2, 1, 2, 4, 4, 3, 4, 7, 5, 4, 4, 0, 1, 2, 119},
            "000102031104052131061241510761711322328108144291a1b1c109233352f0156272d10a162434"
                    + "e125f11718191a262728292a35363738393a434445464748494a535455565758595a636465666768"
                    + "696a737475767778797a82838485868788898a92939495969798999aa2a3a4a5a6a7a8a9aab2b3b4"
                    + "b5b6b7b8b9bac2c3c4c5c6c7c8c9cad2d3d4d5d6d7d8d9dae2e3e4e5e6e7e8e9eaf2f3f4f5f6f7f8"
                    + "f9fa");
    private static final int[][] DC = {codes(DC_LUMINANCE), codes(DC_CHROMINANCE)};
    private static final int[][] AC = {codes(AC_LUMINANCE), codes(AC_CHROMINANCE)};

    private final ByteArrayOutputStream out;
    private int pending;
    private int count;

    JpegHuffman(ByteArrayOutputStream out) {
        this.out = out;
    }

    /** The bodies of the four table segments. */
    static int[][] tables() {
        return new int[][] {DC_LUMINANCE, AC_LUMINANCE, DC_CHROMINANCE, AC_CHROMINANCE};
    }

    private static int[] table(int id, int[] lengths, String values) {
        var table = new int[17 + values.length() / 2];
        table[0] = id;
        System.arraycopy(lengths, 0, table, 1, 16);
        for (int i = 17; i < table.length; i++) {
            table[i] = Integer.parseInt(values, 2 * (i - 17), 2 * (i - 16), 16);
        }
        return table;
    }

    /** Per value: length << 16 | code. */
    private static int[] codes(int[] table) {
        var codes = new int[256];
        int code = 0;
        int at = 17;
        for (int length = 1; length <= 16; length++) {
            for (int i = 0; i < table[length]; i++) {
                codes[table[at++]] = length << 16 | code++;
            }
            code <<= 1;
        }
        return codes;
    }

    /** Writes 64 quantised coefficients in zigzag order; {@code table} 0 for luminance, 1 for chrominance. */
    void block(int[] coefficients, int lastDc, int table) {
        int difference = coefficients[0] - lastDc;
        int size = size(difference);
        symbol(DC[table][size]);
        value(difference, size);
        int zeros = 0;
        for (int k = 1; k < 64; k++) {
            if (coefficients[k] == 0) {
                zeros++;
                continue;
            }
            for (; zeros > 15; zeros -= 16) {
                symbol(AC[table][0xF0]);
            }
            size = size(coefficients[k]);
            symbol(AC[table][zeros << 4 | size]);
            value(coefficients[k], size);
            zeros = 0;
        }
        if (zeros > 0) {
            symbol(AC[table][0]);
        }
    }

    private static int size(int value) {
        return 32 - Integer.numberOfLeadingZeros(Math.abs(value));
    }

    private void value(int value, int size) {
        bits(value < 0 ? value + (1 << size) - 1 : value, size);
    }

    private void symbol(int code) {
        bits(code & 0xFFFF, code >>> 16);
    }

    private void bits(int value, int length) {
        pending = pending << length | value;
        count += length;
        while (count >= 8) {
            int octet = pending >>> count - 8 & 0xFF;
            out.write(octet);
            if (octet == 0xFF) {
                out.write(0);
            }
            count -= 8;
        }
    }

    /** Fills the last octet with ones. */
    void flush() {
        if (count > 0) {
            bits((1 << 8 - count) - 1, 8 - count);
        }
    }
}
