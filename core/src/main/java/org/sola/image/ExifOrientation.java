package org.sola.image;

import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** How a camera was held: the orientation tag (0x0112) of a JPEG's EXIF block, 1 where there is none. */
record ExifOrientation(int tag) {
    private static final int ORIENTATION = 0x0112;

    static ExifOrientation of(Path file) throws IOException {
        try (var in = new DataInputStream(Files.newInputStream(file))) {
            if (in.readUnsignedShort() != 0xFFD8) {
                return new ExifOrientation(1);
            }
            while (true) {
                int marker = in.readUnsignedShort();
                int length = in.readUnsignedShort();
                if (marker < 0xFFE0 || marker > 0xFFEF || length < 2) {
                    return new ExifOrientation(1); // past the application blocks
                }
                byte[] block = in.readNBytes(length - 2);
                if (marker == 0xFFE1
                        && block.length > 14
                        && new String(block, 0, 4, StandardCharsets.US_ASCII).equals("Exif")) {
                    return new ExifOrientation(orientation(
                            ByteBuffer.wrap(block, 6, block.length - 6).slice()));
                }
            }
        } catch (EOFException | IndexOutOfBoundsException e) {
            return new ExifOrientation(1);
        }
    }

    private static int orientation(ByteBuffer tiff) {
        tiff.order(tiff.get(0) == 'I' ? ByteOrder.LITTLE_ENDIAN : ByteOrder.BIG_ENDIAN);
        int directory = tiff.getInt(4);
        int entries = tiff.getShort(directory) & 0xFFFF;
        for (int i = 0; i < entries; i++) {
            int entry = directory + 2 + 12 * i;
            if ((tiff.getShort(entry) & 0xFFFF) == ORIENTATION) {
                int value = tiff.getShort(entry + 8);
                return value >= 1 && value <= 8 ? value : 1;
            }
        }
        return 1;
    }

    /** Turns and mirrors the pixels upright. */
    RgbImage apply(RgbImage image) {
        if (tag == 1) {
            return image;
        }
        boolean swaps = tag >= 5;
        int height = swaps ? image.width() : image.height();
        int width = swaps ? image.height() : image.width();
        var rgb = new byte[image.rgb().length];
        for (int y = 0; y < height; y++) {
            for (int x = 0; x < width; x++) {
                int column = swaps ? y : x;
                int row = swaps ? x : y;
                boolean mirrorsColumn = tag == 2 || tag == 3 || tag == 7 || tag == 8;
                boolean mirrorsRow = tag == 3 || tag == 4 || tag == 6 || tag == 7;
                int fromX = mirrorsColumn ? image.width() - 1 - column : column;
                int fromY = mirrorsRow ? image.height() - 1 - row : row;
                System.arraycopy(image.rgb(), (fromY * image.width() + fromX) * 3, rgb, (y * width + x) * 3, 3);
            }
        }
        return new RgbImage(height, width, rgb);
    }
}
