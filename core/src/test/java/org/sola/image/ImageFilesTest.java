package org.sola.image;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.awt.image.BufferedImage;
import java.awt.image.IndexColorModel;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.sola.mask.Mask;

class ImageFilesTest {
    @TempDir
    Path folder;

    private static RgbImage noise(int height, int width) {
        var rgb = new byte[height * width * 3];
        new Random(7).nextBytes(rgb);
        return new RgbImage(height, width, rgb);
    }

    private Path png(BufferedImage image) throws IOException {
        Path file = folder.resolve("image.png");
        ImageIO.write(image, "png", file.toFile());
        return file;
    }

    private static void assertPixel(RgbImage image, int red, int green, int blue) {
        assertEquals(List.of(red, green, blue), List.of(image.get(0, 0, 0), image.get(0, 0, 1), image.get(0, 0, 2)));
    }

    @Test
    void aPngComesBackToTheByteAndIsWrittenAlikeTwice() throws Exception {
        var image = noise(13, 17);
        ImageFiles.writePng(folder.resolve("a.png"), image);
        ImageFiles.writePng(folder.resolve("b.png"), image);
        assertArrayEquals(image.rgb(), ImageFiles.read(folder.resolve("a.png")).rgb());
        assertArrayEquals(Files.readAllBytes(folder.resolve("a.png")), Files.readAllBytes(folder.resolve("b.png")));
    }

    @Test
    void aJpegIsCloseAndSmallerWithLessQuality() throws Exception {
        var flat = new byte[32 * 48 * 3];
        Arrays.fill(flat, (byte) 130);
        ImageFiles.writeJpeg(folder.resolve("flat.jpg"), new RgbImage(32, 48, flat), 0.9f);
        assertPixel(ImageFiles.read(folder.resolve("flat.jpg")), 130, 130, 130);
        ImageFiles.writeJpeg(folder.resolve("fine.jpg"), noise(64, 64), 0.95f);
        ImageFiles.writeJpeg(folder.resolve("coarse.jpg"), noise(64, 64), 0.3f);
        assertTrue(Files.size(folder.resolve("coarse.jpg")) < Files.size(folder.resolve("fine.jpg")) / 2);
    }

    @Test
    void greyIsRepeatedWithoutGamma() throws Exception {
        var image = new BufferedImage(3, 2, BufferedImage.TYPE_BYTE_GRAY);
        image.getRaster().setSample(0, 0, 0, 100);
        assertPixel(ImageFiles.read(png(image)), 100, 100, 100);
    }

    @Test
    void sixteenBitsKeepTheirUpperEight() throws Exception {
        var image = new BufferedImage(3, 2, BufferedImage.TYPE_USHORT_GRAY);
        image.getRaster().setSample(0, 0, 0, 0x7FFF);
        assertPixel(ImageFiles.read(png(image)), 127, 127, 127);
    }

    @Test
    void alphaLiesOverBlack() throws Exception {
        var image = new BufferedImage(3, 2, BufferedImage.TYPE_INT_ARGB);
        image.setRGB(0, 0, 0x80FF6400);
        assertPixel(ImageFiles.read(png(image)), 128, 50, 0);
        assertEquals(0, ImageFiles.read(folder.resolve("image.png")).get(1, 2, 0), "transparent is black");
    }

    @Test
    void aPaletteIsLookedUpForColoursAndItsIndexCountsForMasks() throws Exception {
        byte[] levels = {0, 10, (byte) 200};
        var palette = new IndexColorModel(8, 3, levels, new byte[3], levels);
        var image = new BufferedImage(3, 2, BufferedImage.TYPE_BYTE_INDEXED, palette);
        image.getRaster().setSample(0, 0, 0, 2);
        image.getRaster().setSample(2, 1, 0, 1);
        Path file = png(image);
        assertPixel(ImageFiles.read(file), 200, 0, 200);
        assertEquals(Mask.of(2, 3, (y, x) -> y == 0 && x == 0 || y == 1 && x == 2), ImageFiles.readMaskPng(file));
    }

    @Test
    void aMaskOfAnyColourIsRead() throws Exception {
        var image = new BufferedImage(2, 1, BufferedImage.TYPE_INT_RGB);
        image.setRGB(1, 0, 0x0000FF);
        assertEquals(Mask.of(1, 2, (y, x) -> x == 1), ImageFiles.readMaskPng(png(image)));
    }

    @Test
    void aMaskIsEightBitGreyOfZeroAnd255() throws Exception {
        var mask = Mask.of(5, 9, (y, x) -> (x + y) % 3 == 0);
        Path file = folder.resolve("mask.png");
        ImageFiles.writeMaskPng(file, mask);
        assertEquals(mask, ImageFiles.readMaskPng(file));
        var stored = ImageIO.read(file.toFile());
        assertEquals(BufferedImage.TYPE_BYTE_GRAY, stored.getType());
        assertEquals(255, stored.getRaster().getSample(0, 0, 0));
        assertEquals(0, stored.getRaster().getSample(1, 0, 0));
    }

    /** Where EXIF says that the stored first row and first column lie in the upright picture. */
    @ParameterizedTest
    @CsvSource({
        "1,top,left", "2,top,right", "3,bottom,right", "4,bottom,left",
        "5,left,top", "6,right,top", "7,right,bottom", "8,left,bottom"
    })
    void exifTurnsAreUndone(int tag, String firstRow, String firstColumn) throws Exception {
        int height = 32;
        int width = 48;
        var upright = quadrants(height, width);
        boolean rowsRunAcross = firstRow.equals("left") || firstRow.equals("right");
        int storedHeight = rowsRunAcross ? width : height;
        int storedWidth = rowsRunAcross ? height : width;
        var stored = new byte[height * width * 3];
        for (int row = 0; row < storedHeight; row++) {
            for (int column = 0; column < storedWidth; column++) {
                int y = rowsRunAcross ? at(firstColumn, column, height) : at(firstRow, row, height);
                int x = rowsRunAcross ? at(firstRow, row, width) : at(firstColumn, column, width);
                for (int c = 0; c < 3; c++) {
                    stored[(row * storedWidth + column) * 3 + c] = (byte) upright.get(y, x, c);
                }
            }
        }
        Path file = folder.resolve("turned.jpg");
        ImageFiles.writeJpeg(file, new RgbImage(storedHeight, storedWidth, stored), 1f);
        Files.write(file, withExif(Files.readAllBytes(file), tag, tag % 2 == 0));
        var read = ImageFiles.read(file);
        assertEquals(height, read.height());
        assertEquals(width, read.width());
        for (int y = 4; y < height; y += 8) {
            for (int x = 4; x < width; x += 8) {
                assertEquals(upright.get(y, x, 0), read.get(y, x, 0), 3, "row " + y + " column " + x);
            }
        }
    }

    private static int at(String side, int index, int size) {
        return side.equals("top") || side.equals("left") ? index : size - 1 - index;
    }

    private static RgbImage quadrants(int height, int width) {
        var rgb = new byte[height * width * 3];
        for (int i = 0; i < height * width; i++) {
            int value = 30 + (i / width < height / 2 ? 0 : 60) + (i % width < width / 2 ? 0 : 120);
            Arrays.fill(rgb, 3 * i, 3 * i + 3, (byte) value);
        }
        return new RgbImage(height, width, rgb);
    }

    /** Puts an EXIF block with nothing but the orientation behind the start of a JPEG. */
    private static byte[] withExif(byte[] jpeg, int tag, boolean isLittleEndian) {
        byte[] tiff = isLittleEndian
                ? new byte[] {
                    'I', 'I', 42, 0, 8, 0, 0, 0, 1, 0, 0x12, 1, 3, 0, 1, 0, 0, 0, (byte) tag, 0, 0, 0, 0, 0, 0, 0
                }
                : new byte[] {
                    'M', 'M', 0, 42, 0, 0, 0, 8, 0, 1, 1, 0x12, 0, 3, 0, 0, 0, 1, 0, (byte) tag, 0, 0, 0, 0, 0, 0
                };
        var out = new ByteArrayOutputStream();
        out.write(jpeg, 0, 2);
        out.writeBytes(new byte[] {(byte) 0xFF, (byte) 0xE1, 0, (byte) (8 + tiff.length)});
        out.writeBytes("Exif\0\0".getBytes(StandardCharsets.US_ASCII));
        out.writeBytes(tiff);
        out.write(jpeg, 2, jpeg.length - 2);
        return out.toByteArray();
    }

    @Test
    void aDamagedExifBlockIsIgnored() throws Exception {
        Path file = folder.resolve("exif.jpg");
        ImageFiles.writeJpeg(file, quadrants(16, 16), 0.9f);
        byte[] broken = withExif(Files.readAllBytes(file), 6, false);
        broken[2 + 4 + 6 + 4] = 0x7F; // the directory's place
        Files.write(file, broken);
        assertEquals(16, ImageFiles.read(file).height());
    }

    @ParameterizedTest
    @ValueSource(doubles = {0.05, 0.3, 0.6, 0.9})
    void aTruncatedImageIsRefusedByName(double kept) throws Exception {
        for (String name : List.of("cut.png", "cut.jpg")) {
            Path file = folder.resolve(name);
            if (name.endsWith("png")) {
                ImageFiles.writePng(file, noise(64, 64));
            } else {
                ImageFiles.writeJpeg(file, noise(64, 64), 0.9f);
            }
            byte[] whole = Files.readAllBytes(file);
            Files.write(file, Arrays.copyOf(whole, (int) (kept * whole.length)));
            var error = assertThrows(ImageException.class, () -> ImageFiles.read(file));
            assertTrue(error.getMessage().startsWith(file.toString()), error.getMessage());
        }
    }

    @Test
    void otherFilesAreRefusedByName() throws Exception {
        for (String content : List.of("", "this is no image", "\u0089PNG\r\n\u001a\nrubbish")) {
            Path file = folder.resolve("bad.png");
            Files.write(file, content.getBytes(StandardCharsets.ISO_8859_1));
            var error = assertThrows(ImageException.class, () -> ImageFiles.read(file));
            assertTrue(error.getMessage().startsWith(file.toString()), error.getMessage());
        }
        assertThrows(ImageException.class, () -> ImageFiles.read(folder.resolve("none.png")));
        assertThrows(ImageException.class, () -> ImageFiles.read(folder));
    }

    @Test
    void aCmykJpegIsReadAsPrintedOnWhite() throws Exception {
        // cyan 0, magenta 200, yellow 100, black 20 throughout, written by Pillow
        var image = ImageFiles.read(
                Path.of(getClass().getResource("/image/cmyk.jpg").toURI()));
        assertPixel(image, 235, 51, 143);
    }
}
