package org.sola.image;

import java.awt.Transparency;
import java.awt.color.ColorSpace;
import java.awt.image.BufferedImage;
import java.awt.image.ComponentColorModel;
import java.awt.image.DataBufferByte;
import java.awt.image.Raster;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import javax.imageio.IIOException;
import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageReader;
import javax.imageio.ImageWriteParam;
import javax.imageio.ImageWriter;
import javax.imageio.event.IIOReadWarningListener;
import org.sola.file.AtomicFile;
import org.sola.mask.Mask;

/** Reads and writes JPEG and PNG; what is written is whole or not there, and equal content gives equal bytes. */
public final class ImageFiles {
    /** No side of an image may be longer, so that a broken header cannot ask for all memory. */
    public static final int MAX_SIDE_PIXELS = 16_384;

    static {
        System.setProperty("java.awt.headless", "true");
        ImageIO.setUseCache(false);
    }

    private ImageFiles() {}

    /** An image as RGB: grey is repeated, palettes are looked up, alpha is laid over black, EXIF turns are undone. */
    public static RgbImage read(Path file) throws IOException {
        return ExifOrientation.of(file).apply(toRgb(decode(file)));
    }

    /** A mask: any value but 0 is foreground. */
    public static Mask readMaskPng(Path file) throws IOException {
        var image = decode(file);
        var raster = image.getRaster();
        return Mask.of(image.getHeight(), image.getWidth(), (y, x) -> raster.getSample(x, y, 0) != 0);
    }

    public static void writePng(Path file, RgbImage image) throws IOException {
        var buffered = new BufferedImage(image.width(), image.height(), BufferedImage.TYPE_3BYTE_BGR);
        byte[] target = ((DataBufferByte) buffered.getRaster().getDataBuffer()).getData();
        swapChannels(image.rgb(), target);
        write(file, "png", buffered, -1);
    }

    /** Writes a JPEG; {@code quality} in 0..1. */
    public static void writeJpeg(Path file, RgbImage image, float quality) throws IOException {
        var buffered = new BufferedImage(image.width(), image.height(), BufferedImage.TYPE_3BYTE_BGR);
        swapChannels(image.rgb(), ((DataBufferByte) buffered.getRaster().getDataBuffer()).getData());
        write(file, "jpeg", buffered, quality);
    }

    /** Writes 0 and 255 as 8-bit grey, as the benchmarks' servers want masks. */
    public static void writeMaskPng(Path file, Mask mask) throws IOException {
        var buffered = new BufferedImage(mask.width(), mask.height(), BufferedImage.TYPE_BYTE_GRAY);
        byte[] target = ((DataBufferByte) buffered.getRaster().getDataBuffer()).getData();
        byte[] bits = mask.toBytes();
        for (int i = 0; i < bits.length; i++) {
            target[i] = (byte) -bits[i];
        }
        write(file, "png", buffered, -1);
    }

    private static BufferedImage decode(Path file) throws IOException {
        if (!Files.isRegularFile(file)) {
            throw new ImageException(file, "does not exist or is no file");
        }
        if (Files.size(file) == 0) {
            throw new ImageException(file, "is empty");
        }
        try (var in = ImageIO.createImageInputStream(file.toFile())) {
            var readers = ImageIO.getImageReaders(in);
            if (!readers.hasNext()) {
                throw new ImageException(file, "is no image that can be read; expected JPEG or PNG");
            }
            ImageReader reader = readers.next();
            try {
                reader.setInput(in, true, true);
                if (reader.getWidth(0) > MAX_SIDE_PIXELS || reader.getHeight(0) > MAX_SIDE_PIXELS) {
                    throw new ImageException(
                            file,
                            "has " + reader.getWidth(0) + "x" + reader.getHeight(0) + " pixels; at most "
                                    + MAX_SIDE_PIXELS + " a side are read");
                }
                reader.addIIOReadWarningListener(refuseDamage(file));
                return reader.read(0);
            } catch (IIOException | RuntimeException e) {
                throw e instanceof ImageException refused
                        ? refused
                        : new ImageException(file, "cannot be decoded: " + e.getMessage());
            } finally {
                reader.dispose();
            }
        } catch (java.io.EOFException e) {
            throw new ImageException(file, "ends early; it is truncated");
        }
    }

    /** The JPEG decoder fills what is missing with grey and only warns; a cut file must not pass as whole. */
    private static IIOReadWarningListener refuseDamage(Path file) {
        return (source, warning) -> {
            String text = warning.toLowerCase(Locale.ROOT);
            if (text.contains("premature end") || text.contains("corrupt")) {
                throw new ImageException(file, "is truncated or damaged: " + warning);
            }
        };
    }

    private static RgbImage toRgb(BufferedImage image) {
        int height = image.getHeight();
        int width = image.getWidth();
        var rgb = new byte[Math.multiplyExact(Math.multiplyExact(height, width), 3)];
        if (image.getType() == BufferedImage.TYPE_3BYTE_BGR) {
            swapChannels(((DataBufferByte) image.getRaster().getDataBuffer()).getData(), rgb);
            return new RgbImage(height, width, rgb);
        }
        Raster raster = image.getRaster();
        boolean grey = image.getColorModel().getColorSpace().getType() == ColorSpace.TYPE_GRAY;
        int shift = Math.max(0, image.getColorModel().getComponentSize(0) - 8);
        boolean alpha = image.getColorModel().getTransparency() != Transparency.OPAQUE;
        int at = 0;
        for (int y = 0; y < height; y++) {
            for (int x = 0; x < width; x++) {
                int r;
                int g;
                int b;
                if (grey && image.getColorModel() instanceof ComponentColorModel) {
                    // the values as stored: the colour model would apply a grey gamma
                    r = g = b = raster.getSample(x, y, 0) >> shift;
                } else {
                    int argb = image.getRGB(x, y);
                    int opacity = alpha ? argb >>> 24 : 255;
                    r = (argb >> 16 & 0xFF) * opacity / 255;
                    g = (argb >> 8 & 0xFF) * opacity / 255;
                    b = (argb & 0xFF) * opacity / 255;
                }
                rgb[at++] = (byte) r;
                rgb[at++] = (byte) g;
                rgb[at++] = (byte) b;
            }
        }
        return new RgbImage(height, width, rgb);
    }

    private static void swapChannels(byte[] from, byte[] to) {
        for (int i = 0; i < from.length; i += 3) {
            to[i] = from[i + 2];
            to[i + 1] = from[i + 1];
            to[i + 2] = from[i];
        }
    }

    private static void write(Path file, String format, BufferedImage image, float quality) throws IOException {
        ImageWriter writer = ImageIO.getImageWritersByFormatName(format).next();
        try {
            var parameters = writer.getDefaultWriteParam();
            if (quality >= 0) {
                parameters.setCompressionMode(ImageWriteParam.MODE_EXPLICIT);
                parameters.setCompressionQuality(quality);
            }
            AtomicFile.write(file, out -> {
                try (var sink = ImageIO.createImageOutputStream(out)) {
                    writer.setOutput(sink);
                    writer.write(null, new IIOImage(image, null, null), parameters);
                } catch (UncheckedIOException e) {
                    throw e.getCause();
                }
            });
        } finally {
            writer.dispose();
        }
    }
}
