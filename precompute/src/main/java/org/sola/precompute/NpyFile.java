package org.sola.precompute;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Pattern;

/**
 * NumPy's {@code .npy} files of two-dimensional float32 arrays, the only kind that SOLA's published caches hold: magic,
 * version, the length of a Python dictionary that names type, order and shape, and the numbers, little-endian.
 */
final class NpyFile {
    private static final byte[] MAGIC = {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y'};
    private static final int ALIGNMENT = 64;
    private static final Pattern TYPE = Pattern.compile("'descr'\\s*:\\s*'([^']*)'");
    private static final Pattern ORDER = Pattern.compile("'fortran_order'\\s*:\\s*(True|False)");
    private static final Pattern SHAPE = Pattern.compile("'shape'\\s*:\\s*\\(([^)]*)\\)");

    private NpyFile() {}

    /** An array (rows, columns), row-major. */
    @SuppressWarnings("ArrayRecordComponent")
    record Matrix(int rows, int columns, float[] values) {}

    /**
     * Reads a file of float32 numbers in row order.
     *
     * @throws CacheException when it is another kind of array, or damaged
     */
    static Matrix read(Path file) throws IOException {
        var bytes = ByteBuffer.wrap(Files.readAllBytes(file)).order(ByteOrder.LITTLE_ENDIAN);
        for (byte expected : MAGIC) {
            if (!bytes.hasRemaining() || bytes.get() != expected) {
                throw new CacheException(file, "is no .npy file: its first bytes are not those of NumPy's format");
            }
        }
        if (bytes.remaining() < 6) {
            throw new CacheException(file, "is truncated within its header");
        }
        int version = bytes.get();
        bytes.get(); // the minor version changes nothing
        if (version < 1 || version > 3) {
            throw new CacheException(file, "has format version " + version + ", expected 1 to 3");
        }
        long length = version == 1 ? bytes.getShort() & 0xffff : bytes.getInt() & 0xffffffffL;
        if (length > bytes.remaining()) {
            throw new CacheException(
                    file, "is truncated: its header has " + length + " bytes, the file " + bytes.remaining() + " more");
        }
        var text = new byte[(int) length];
        bytes.get(text);
        var header = new String(text, StandardCharsets.ISO_8859_1);
        requireEqual(file, "descr", field(file, TYPE, header, "descr"), "<f4");
        requireEqual(file, "fortran_order", field(file, ORDER, header, "fortran_order"), "False");
        var shape = field(file, SHAPE, header, "shape").split(",");
        if (shape.length != 2) {
            throw new CacheException(
                    file,
                    "has shape (" + String.join(",", shape).strip() + "), expected (frames, width) of object tokens");
        }
        int rows = size(file, shape[0]);
        int columns = size(file, shape[1]);
        long expected = (long) rows * columns * Float.BYTES;
        if (bytes.remaining() != expected) {
            throw new CacheException(
                    file,
                    "has " + bytes.remaining() + " bytes of numbers, its shape (" + rows + ", " + columns + ") needs "
                            + expected);
        }
        var values = new float[rows * columns];
        bytes.asFloatBuffer().get(values);
        return new Matrix(rows, columns, values);
    }

    /** Writes a float32 matrix as NumPy does, format version 1. */
    static void write(Matrix matrix, OutputStream out) throws IOException {
        var header = new StringBuilder("{'descr': '<f4', 'fortran_order': False, 'shape': (" + matrix.rows() + ", "
                + matrix.columns() + "), }");
        int before = MAGIC.length + 4;
        while ((before + header.length() + 1) % ALIGNMENT != 0) {
            header.append(' ');
        }
        header.append('\n');
        var bytes = ByteBuffer.allocate(before + header.length() + matrix.values().length * Float.BYTES)
                .order(ByteOrder.LITTLE_ENDIAN);
        bytes.put(MAGIC).put((byte) 1).put((byte) 0).putShort((short) header.length());
        bytes.put(header.toString().getBytes(StandardCharsets.ISO_8859_1));
        bytes.asFloatBuffer().put(matrix.values());
        out.write(bytes.array());
    }

    private static String field(Path file, Pattern pattern, String header, String name) {
        var matcher = pattern.matcher(header);
        if (!matcher.find()) {
            throw new CacheException(file, "has a header without " + name + ": " + header.strip());
        }
        return matcher.group(1);
    }

    private static void requireEqual(Path file, String name, String found, String expected) {
        if (!found.equals(expected)) {
            throw new CacheException(
                    file,
                    "has " + name + " " + found + ", expected " + expected
                            + " (object tokens are float32 in row order)");
        }
    }

    private static int size(Path file, String text) {
        try {
            int size = Integer.parseInt(text.strip());
            if (size >= 0) {
                return size;
            }
        } catch (NumberFormatException e) {
            // said below
        }
        throw new CacheException(file, "has a shape of \"" + text.strip() + "\", expected a whole number");
    }
}
