package org.sola.video;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.NoSuchElementException;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sola.image.ImageException;
import org.sola.image.ImageFiles;
import org.sola.image.RgbImage;

class VideoTest {
    @TempDir
    Path folder;

    @Test
    void framesOfAFolderComeInTheOrderOfTheirNames() throws Exception {
        for (int t : new int[] {2, 0, 1}) {
            var rgb = new byte[5 * 7 * 3];
            java.util.Arrays.fill(rgb, (byte) (t * 50));
            ImageFiles.writePng(folder.resolve("0000" + t + ".png"), new RgbImage(5, 7, rgb));
        }
        int t = 0;
        try (var frames = Video.open(folder).frames()) {
            while (frames.hasNext()) {
                assertEquals(50 * t++, frames.next().get(4, 6, 2));
            }
        }
        assertEquals(3, t);
    }

    @Test
    void someFramesAreReadWithoutTheOthers() throws Exception {
        for (int t = 0; t < 5; t++) {
            var rgb = new byte[3];
            java.util.Arrays.fill(rgb, (byte) (t * 50));
            ImageFiles.writePng(folder.resolve(t + ".png"), new RgbImage(1, 1, rgb));
        }
        var files = Video.open(folder);
        Files.writeString(folder.resolve("1.png"), "damaged, and not asked for");
        assertEquals(5, files.countFrames());
        try (var frames = files.frames(List.of(0, 3, 4))) {
            for (int value : new int[] {0, 150, 200}) {
                assertEquals(value, frames.next().get(0, 0, 1));
            }
            assertFalse(frames.hasNext());
        }
        assertThrows(IllegalArgumentException.class, () -> files.frames(List.of(3, 3)));
        assertThrows(NoSuchElementException.class, () -> files.frames(List.of(5)));
    }

    @Test
    void someFramesOfAVideoThatIsReadInOrderAreTheSame() throws Exception {
        for (int t = 0; t < 4; t++) {
            ImageFiles.writePng(folder.resolve(t + ".png"), new RgbImage(1, 1, new byte[] {(byte) (t * 9), 0, 0}));
        }
        var files = Video.open(folder);
        var inOrder = new ChosenFrames(files.frames(), List.of(1, 2));
        assertEquals(9, inOrder.next().get(0, 0, 0));
        assertEquals(18, inOrder.next().get(0, 0, 0));
        assertThrows(NoSuchElementException.class, inOrder::next);
        var beyond = new ChosenFrames(files.frames(), List.of(1, 9));
        beyond.next();
        assertThrows(NoSuchElementException.class, beyond::next);
    }

    @Test
    void aFrameOfAnotherSizeIsNamed() throws Exception {
        ImageFiles.writePng(folder.resolve("a.png"), RgbImage.black(4, 4));
        ImageFiles.writePng(folder.resolve("b.png"), RgbImage.black(4, 5));
        try (var frames = Video.open(folder).frames()) {
            frames.next();
            var error = assertThrows(VideoException.class, frames::next);
            assertTrue(error.getMessage().contains("b.png is 5x4"), error.getMessage());
        }
    }

    @Test
    void aTextNamedMp4IsRefusedByName() throws Exception {
        Path file = Files.writeString(folder.resolve("not.mp4"), "this is no video");
        var error = assertThrows(VideoException.class, () -> Video.open(file));
        assertTrue(error.getMessage().contains("not.mp4"), error.getMessage());
    }

    @Test
    void aCutJpegIsRefusedInsteadOfFilledWithGrey() throws Exception {
        Path file = folder.resolve("cut.jpg");
        var random = new java.util.Random(1);
        var rgb = new byte[64 * 64 * 3];
        random.nextBytes(rgb);
        ImageFiles.writeJpeg(file, new RgbImage(64, 64, rgb), 0.9f);
        byte[] whole = Files.readAllBytes(file);
        Files.write(file, java.util.Arrays.copyOf(whole, whole.length / 2));
        assertThrows(ImageException.class, () -> ImageFiles.read(file));
    }

    @Test
    void aRealClipDecodesToAllItsFrames() throws Exception {
        Path clip = Path.of(System.getProperty("parity", "../../shared/parity")).resolveSibling("media/dog.mp4");
        Assumptions.assumeTrue(Files.isRegularFile(clip), "no clip at " + clip);
        var video = Video.open(clip);
        assertEquals(1280, video.width());
        assertEquals(720, video.height());
        int n = 0;
        try (var frames = video.frames()) {
            while (frames.hasNext()) {
                frames.next();
                n++;
            }
        }
        assertEquals(289, n);
    }

    @Test
    void aRealFolderOfFramesIsRead() throws Exception {
        Path clip = Path.of(System.getProperty("parity", "../../shared/parity")).resolveSibling("media/cups");
        Assumptions.assumeTrue(Files.isDirectory(clip), "no frames at " + clip);
        var video = Video.open(clip);
        assertEquals("cups", video.id());
        assertEquals(30, video.announcedFrames().orElseThrow());
        int n = 0;
        try (var frames = video.frames()) {
            while (frames.hasNext()) {
                var frame = frames.next();
                assertEquals(360, frame.height());
                assertEquals(640, frame.width());
                n++;
            }
        }
        assertEquals(30, n);
    }
}
