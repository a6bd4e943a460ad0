package org.sola.image;

import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** Finds how a camera was held: the orientation tag (0x0112) of a JPEG's EXIF block. */
final class ExifOrientation {
    private static final int ORIENTATION = 0x0112;

    private ExifOrientation() {}

    /** Upright where the file is no JPEG, or has no tag, or a damaged one. */
    static Orientation of(Path file) throws IOException {
        try (var in = new DataInputStream(Files.newInputStream(file))) {
            if (in.readUnsignedShort() != 0xFFD8) {
                return Orientation.UPRIGHT;
            }
            while (true) {
                int marker = in.readUnsignedShort();
                int length = in.readUnsignedShort();
                if (marker < 0xFFE0 || marker > 0xFFEF || length < 2) {
                    return Orientation.UPRIGHT; // past the application blocks
                }
                byte[] block = in.readNBytes(length - 2);
                if (marker == 0xFFE1
                        && block.length > 14
                        && new String(block, 0, 4, StandardCharsets.US_ASCII).equals("Exif")) {
                    return Orientation.ofExif(
                            tag(ByteBuffer.wrap(block, 6, block.length - 6).slice()));
                }
            }
        } catch (EOFException | IndexOutOfBoundsException e) {
            return Orientation.UPRIGHT;
        }
    }

    private static int tag(ByteBuffer tiff) {
        tiff.order(tiff.get(0) == 'I' ? ByteOrder.LITTLE_ENDIAN : ByteOrder.BIG_ENDIAN);
        int directory = tiff.getInt(4);
        int entries = tiff.getShort(directory) & 0xFFFF;
        for (int i = 0; i < entries; i++) {
            int entry = directory + 2 + 12 * i;
            if ((tiff.getShort(entry) & 0xFFFF) == ORIENTATION) {
                return tiff.getShort(entry + 8);
            }
        }
        return 1;
    }
}
