package org.sola.image;

import java.awt.Transparency;
import java.awt.color.ColorSpace;
import java.awt.image.BufferedImage;
import java.awt.image.ComponentColorModel;
import java.awt.image.DataBufferByte;
import java.awt.image.IndexColorModel;
import java.awt.image.Raster;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
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
import javax.imageio.stream.MemoryCacheImageOutputStream;
import org.sola.file.AtomicFile;
import org.sola.mask.LabelMap;
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

    /**
     * An image as RGB: grey is repeated, palettes are looked up, CMYK is printed on white, of 16 bits the upper 8 are
     * kept, alpha is laid over black, EXIF turns are undone.
     */
    public static RgbImage read(Path file) throws IOException {
        var image = decode(file);
        return ExifOrientation.of(file).apply(toRgb(image));
    }

    /** A mask: foreground is any grey value or palette index but 0, or any colour but black; alpha counts nothing. */
    public static Mask readMaskPng(Path file) throws IOException {
        var image = decode(file);
        var raster = image.getRaster();
        int bands = image.getColorModel() instanceof IndexColorModel
                ? 1
                : image.getColorModel().getNumColorComponents();
        return Mask.of(image.getHeight(), image.getWidth(), (y, x) -> {
            boolean isSet = false;
            for (int band = 0; band < bands; band++) {
                isSet |= raster.getSample(x, y, band) != 0;
            }
            return isSet;
        });
    }

    /**
     * The objects of a frame: the palette's indices, or the values of 8-bit grey. Colours are never guessed back into
     * numbers.
     */
    public static LabelMap readLabelsPng(Path file) throws IOException {
        var image = decode(file);
        var colours = image.getColorModel();
        boolean isGrey = colours.getNumComponents() == 1 && colours.getComponentSize(0) <= 8;
        if (!(colours instanceof IndexColorModel) && !isGrey) {
            throw new ImageException(
                    file,
                    "has colours of " + colours.getPixelSize()
                            + " bits; expected a palette or 8-bit grey, whose values are the objects' numbers");
        }
        int[] samples = image.getRaster().getSamples(0, 0, image.getWidth(), image.getHeight(), 0, (int[]) null);
        var labels = new byte[samples.length];
        for (int i = 0; i < labels.length; i++) {
            labels[i] = (byte) samples[i];
        }
        return LabelMap.of(image.getHeight(), image.getWidth(), labels);
    }

    /** Writes a palette PNG whose indices are the objects' numbers, in the colours DAVIS shows them in. */
    public static void writeLabelsPng(Path file, LabelMap labels) throws IOException {
        var buffered = new BufferedImage(
                labels.width(), labels.height(), BufferedImage.TYPE_BYTE_INDEXED, LabelColours.palette());
        buffered.getRaster().setDataElements(0, 0, labels.width(), labels.height(), labels.toBytes());
        write(file, "png", buffered, -1);
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
        byte[] content = maskPng(mask);
        AtomicFile.write(file, out -> out.write(content));
    }

    /** The bytes that {@link #writeMaskPng} writes, for those who make a whole folder appear at once. */
    public static byte[] maskPng(Mask mask) throws IOException {
        var buffered = new BufferedImage(mask.width(), mask.height(), BufferedImage.TYPE_BYTE_GRAY);
        byte[] target = ((DataBufferByte) buffered.getRaster().getDataBuffer()).getData();
        byte[] bits = mask.toBytes();
        for (int i = 0; i < bits.length; i++) {
            target[i] = (byte) -bits[i];
        }
        return encode("png", buffered, -1);
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
                throw e instanceof ImageException refused ? refused : new ImageException(file, reason(e));
            } finally {
                reader.dispose();
            }
        } catch (java.io.EOFException e) {
            throw new ImageException(file, "ends early; it is truncated");
        }
    }

    private static String reason(Exception failure) {
        String message = String.valueOf(failure.getMessage());
        if (message.contains("Unsupported Image Type")) {
            return "has a kind of colours that is not read; save it as an RGB JPEG or PNG";
        }
        return "cannot be decoded, it is truncated or damaged (" + message + ")";
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
        } else if (isStoredGrey(image)) {
            copyGrey(image, rgb);
        } else if (image.getColorModel().getColorSpace().getType() == ColorSpace.TYPE_CMYK) {
            copyCmyk(image.getRaster(), rgb);
        } else {
            boolean alpha = image.getColorModel().getTransparency() != Transparency.OPAQUE;
            for (int i = 0; i < height * width; i++) {
                int argb = image.getRGB(i % width, i / width);
                int opacity = alpha ? argb >>> 24 : 255;
                rgb[3 * i] = overBlack(argb >> 16, opacity);
                rgb[3 * i + 1] = overBlack(argb >> 8, opacity);
                rgb[3 * i + 2] = overBlack(argb, opacity);
            }
        }
        return new RgbImage(height, width, rgb);
    }

    private static boolean isStoredGrey(BufferedImage image) {
        var model = image.getColorModel();
        return model instanceof ComponentColorModel
                && model.getColorSpace().getType() == ColorSpace.TYPE_GRAY
                && !model.isAlphaPremultiplied();
    }

    /** The values as they are stored: the colour model would bend them by a grey gamma. */
    private static void copyGrey(BufferedImage image, byte[] rgb) {
        Raster raster = image.getRaster();
        int shift = Math.max(0, image.getColorModel().getComponentSize(0) - 8);
        boolean alpha = image.getColorModel().hasAlpha();
        int width = image.getWidth();
        for (int i = 0; i < rgb.length / 3; i++) {
            int grey = raster.getSample(i % width, i / width, 0) >> shift;
            int opacity = alpha ? raster.getSample(i % width, i / width, 1) >> shift : 255;
            rgb[3 * i] = overBlack(grey, opacity);
            rgb[3 * i + 1] = rgb[3 * i];
            rgb[3 * i + 2] = rgb[3 * i];
        }
    }

    /** Ink taken from white paper, as Pillow does it: no profile, each ink darkens its opposite. */
    private static void copyCmyk(Raster raster, byte[] rgb) {
        var inks = new int[4];
        for (int i = 0; i < rgb.length; i++) {
            if (i % 3 == 0) {
                raster.getPixel(i / 3 % raster.getWidth(), i / 3 / raster.getWidth(), inks);
            }
            rgb[i] = overBlack(255 - inks[i % 3], 255 - inks[3]);
        }
    }

    private static byte overBlack(int value, int opacity) {
        return (byte) (((value & 0xFF) * opacity + 127) / 255);
    }

    private static void swapChannels(byte[] from, byte[] to) {
        for (int i = 0; i < from.length; i += 3) {
            to[i] = from[i + 2];
            to[i + 1] = from[i + 1];
            to[i + 2] = from[i];
        }
    }

    private static void write(Path file, String format, BufferedImage image, float quality) throws IOException {
        byte[] content = encode(format, image, quality);
        AtomicFile.write(file, out -> out.write(content));
    }

    /** The picture as a JPEG file's bytes; {@code quality} 0..1. */
    public static byte[] jpeg(BufferedImage picture, float quality) throws IOException {
        return encode("jpeg", picture, quality);
    }

    /** Encodes in memory: the image library writes to temporary files otherwise, and hides why a disk fails. */
    private static byte[] encode(String format, BufferedImage image, float quality) throws IOException {
        ImageWriter writer = ImageIO.getImageWritersByFormatName(format).next();
        var content = new ByteArrayOutputStream();
        try (var sink = new MemoryCacheImageOutputStream(content)) {
            var parameters = writer.getDefaultWriteParam();
            if (quality >= 0) {
                parameters.setCompressionMode(ImageWriteParam.MODE_EXPLICIT);
                parameters.setCompressionQuality(quality);
            }
            writer.setOutput(sink);
            writer.write(null, new IIOImage(image, null, null), parameters);
        } finally {
            writer.dispose();
        }
        return content.toByteArray();
    }
}
