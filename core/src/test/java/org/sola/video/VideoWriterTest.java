package org.sola.video;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.bytedeco.javacpp.Pointer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.sola.image.ImageFiles;
import org.sola.image.RgbImage;
import org.sola.mask.Mask;

class VideoWriterTest {
    @TempDir
    Path folder;

    /** Flat patches that move: video keeps them well. */
    static RgbImage patches(int height, int width, int t) {
        var rgb = new byte[height * width * 3];
        for (int y = 0; y < height; y++) {
            for (int x = 0; x < width; x++) {
                boolean inside = Math.abs(y - height / 2) < height / 4 && Math.abs(x - width / 4 - 2 * t) < width / 6;
                int at = (y * width + x) * 3;
                rgb[at] = (byte) (inside ? 220 : 40);
                rgb[at + 1] = (byte) (inside ? 60 : 120);
                rgb[at + 2] = (byte) (inside ? 30 : 200);
            }
        }
        return new RgbImage(height, width, rgb);
    }

    static Path write(Path file, int height, int width, int frames, double rate) throws IOException {
        try (var writer = VideoWriter.open(file, height, width, rate)) {
            for (int t = 0; t < frames; t++) {
                writer.write(patches(height, width, t));
            }
            writer.finish();
        }
        return file;
    }

    @ParameterizedTest
    @CsvSource({"1, 1", "2, 40", "15, 3"})
    void videosSmallerThanEncodersTakeArePadded(int height, int width) throws Exception {
        var video = Video.open(write(folder.resolve("clip.mp4"), height, width, 3, 25));
        assertEquals(16, video.height());
        assertEquals(Math.max(16, width), video.width());
    }

    @ParameterizedTest
    @CsvSource({"64, 96, 12, 25", "63, 97, 5, 10", "120, 160, 1, 29.97", "256, 256, 31, 12.5"})
    void whatIsWrittenComesBack(int height, int width, int frames, double rate) throws Exception {
        var video = Video.open(write(folder.resolve("clip.mp4"), height, width, frames, rate));
        assertEquals("clip", video.id());
        assertEquals(height + height % 2, video.height());
        assertEquals(width + width % 2, video.width());
        assertEquals(rate, video.framesPerSecond(), 0.01);
        assertEquals(frames, video.announcedFrames().orElseThrow());
        int t = 0;
        try (var pass = video.frames()) {
            while (pass.hasNext()) {
                var got = pass.next();
                var want = patches(height, width, t++);
                double error = 0;
                for (int y = 0; y < height; y++) {
                    for (int x = 0; x < width; x++) {
                        for (int c = 0; c < 3; c++) {
                            error += Math.abs(want.get(y, x, c) - got.get(y, x, c));
                        }
                    }
                }
                error /= height * width * 3.0;
                assertTrue(error < 4, "frame " + (t - 1) + " is " + error + " grey levels away on average");
            }
        }
        assertEquals(frames, t);
    }

    @ParameterizedTest
    @CsvSource({"30", "29.97002997", "12.345678", "2.997", "119.88"})
    void withoutAnH264EncoderItIsMpeg4(double rate) throws Exception {
        Path file = folder.resolve("clip.mp4");
        try (var writer = VideoWriter.open(file, 48, 64, rate, List.of("no-such-encoder", "mpeg4"))) {
            for (int t = 0; t < 7; t++) {
                writer.write(patches(48, 64, t));
            }
            writer.finish();
        }
        var video = Video.open(file);
        assertEquals(7, video.announcedFrames().orElseThrow());
        assertEquals(rate, video.framesPerSecond(), 0.01);
        try (var frames = video.frames()) {
            assertEquals(220, frames.next().get(24, 16, 0), 12);
        }
    }

    @Test
    void withoutAnyEncoderTheErrorSaysSo() {
        var error = assertThrows(
                IOException.class,
                () -> VideoWriter.open(folder.resolve("clip.mp4"), 48, 64, 25, List.of("no-such-encoder")));
        assertTrue(error.getMessage().contains("no-such-encoder"), error.getMessage());
    }

    @Test
    void equalFramesGiveEqualBytes() throws Exception {
        byte[] first = Files.readAllBytes(write(folder.resolve("a.mp4"), 90, 160, 20, 24));
        byte[] second = Files.readAllBytes(write(folder.resolve("b.mp4"), 90, 160, 20, 24));
        assertArrayEquals(first, second);
    }

    @Test
    void withoutFinishNothingIsLeft() throws Exception {
        try (var writer = VideoWriter.open(folder.resolve("new/clip.mp4"), 32, 32, 25)) {
            writer.write(patches(32, 32, 0));
        }
        try (var left = Files.list(folder.resolve("new"))) {
            assertEquals(List.of(), left.toList());
        }
    }

    @Test
    void aFailureLeavesTheOldFileAlone() throws Exception {
        Path file = write(folder.resolve("clip.mp4"), 32, 32, 3, 25);
        byte[] before = Files.readAllBytes(file);
        try (var writer = VideoWriter.open(file, 32, 32, 25)) {
            writer.write(patches(32, 32, 0));
            assertThrows(IllegalArgumentException.class, () -> writer.write(patches(32, 40, 0)));
        }
        assertArrayEquals(before, Files.readAllBytes(file));
    }

    @Test
    void aVideoWithoutFramesIsNoVideo() throws Exception {
        try (var writer = VideoWriter.open(folder.resolve("none.mp4"), 32, 32, 25)) {
            assertThrows(IllegalStateException.class, writer::finish);
        }
        assertFalse(Files.exists(folder.resolve("none.mp4")));
    }

    @Test
    void nativeMemoryDoesNotGrowOverFrames() throws Exception {
        Path file = write(folder.resolve("long.mp4"), 360, 640, 150, 25);
        readAll(file); // the heap takes its size, the libraries their buffers
        long before = outsideTheHeap();
        readAll(file);
        readAll(file);
        long grown = outsideTheHeap() - before;
        // a frame has 0.69 MB as RGB: 207 MB if every one leaked
        assertTrue(grown < 80_000_000, grown + " bytes more outside of the heap after 300 frames");
        assertEquals(0, FrameDecoder.openCount());
    }

    private static void readAll(Path file) throws IOException {
        try (var pass = Video.open(file).frames()) {
            while (pass.hasNext()) {
                pass.next();
            }
        }
    }

    private static long outsideTheHeap() {
        System.gc();
        return Pointer.physicalBytes() - Runtime.getRuntime().totalMemory();
    }

    @Test
    void anUnfinishedPassFreesItsDecoder() throws Exception {
        var video = Video.open(write(folder.resolve("clip.mp4"), 32, 48, 8, 25));
        FrameIterator closed;
        try (var pass = video.frames()) {
            closed = pass;
            pass.next();
            assertEquals(1, FrameDecoder.openCount());
        }
        assertFalse(closed.hasNext());
        assertEquals(0, FrameDecoder.openCount());
    }

    @Test
    void masksAreNumberedGreyPngs() throws Exception {
        var masks = new MaskFolder(folder.resolve("masks"));
        var mask = Mask.of(3, 5, (y, x) -> y == 1 && x > 2);
        masks.write(Mask.empty(3, 5));
        assertEquals(folder.resolve("masks/00001.png"), masks.write(mask));
        assertEquals(folder.resolve("masks/img_7.png"), masks.write("img_7", mask));
        assertEquals(mask, ImageFiles.readMaskPng(folder.resolve("masks/00001.png")));
        assertEquals(255, ImageFiles.read(folder.resolve("masks/img_7.png")).get(1, 3, 0));
        assertThrows(IllegalArgumentException.class, () -> masks.write("../escape", mask));
    }
}
