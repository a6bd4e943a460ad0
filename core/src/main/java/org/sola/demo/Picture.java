package org.sola.demo;

import java.awt.image.BufferedImage;
import java.awt.image.IndexColorModel;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import javax.imageio.ImageIO;

/**
 * A PNG of the project's resources as plain ARGB pixels. PNG is lossless, so every platform reads the same values.
 *
 * @param width columns
 * @param height rows
 * @param argb not premultiplied, row by row; not to be written to
 */
@SuppressWarnings("ArrayRecordComponent")
record Picture(int width, int height, int[] argb) {
    static InputStream open(String name) {
        var in = Picture.class.getResourceAsStream(name);
        if (in == null) {
            throw new IllegalStateException("the resource org/sola/demo/" + name + " is missing from the program");
        }
        return in;
    }

    static Picture read(String name) {
        try (var in = open(name)) {
            var image = ImageIO.read(in);
            if (image == null) {
                throw new IllegalStateException("the resource org/sola/demo/" + name + " is not a PNG");
            }
            return of(image);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read the resource org/sola/demo/" + name, e);
        }
    }

    // By raster and palette, not getRGB of the whole image: a grey PNG would pass through a colour conversion there.
    private static Picture of(BufferedImage image) {
        int width = image.getWidth();
        int height = image.getHeight();
        var argb = new int[width * height];
        if (image.getRaster().getNumBands() == 1 && !(image.getColorModel() instanceof IndexColorModel)) {
            var row = new int[width];
            for (int y = 0; y < height; y++) {
                image.getRaster().getPixels(0, y, width, 1, row);
                for (int x = 0; x < width; x++) {
                    argb[y * width + x] = 0xFF000000 | row[x] * 0x010101;
                }
            }
        } else {
            image.getRGB(0, 0, width, height, argb, 0, width);
        }
        return new Picture(width, height, argb);
    }
}
