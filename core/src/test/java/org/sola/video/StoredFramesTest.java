package org.sola.video;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sola.image.ImageFiles;
import org.sola.image.RgbImage;

class StoredFramesTest {
    private static RgbImage frame(int value) {
        var rgb = new byte[4 * 6 * 3];
        for (int i = 0; i < rgb.length; i++) {
            rgb[i] = (byte) (i + 90 * value);
        }
        return new RgbImage(4, 6, rgb);
    }

    @Test
    void framesComeBackInAnyOrderAndLeaveNoFile(@TempDir Path folder) throws Exception {
        var files = new ArrayList<Path>();
        for (int i = 0; i < 3; i++) {
            files.add(folder.resolve(i + ".png"));
            ImageFiles.writePng(files.get(i), frame(i));
        }
        var spill = folder.resolve("spill");
        try (var frames = StoredFrames.read(FrameFolder.of("clip", files), spill)) {
            assertEquals(3, frames.count());
            for (int i : new int[] {2, 0, 1, 2}) {
                assertArrayEquals(frame(i).rgb(), frames.at(i).rgb());
            }
            assertThrows(IllegalArgumentException.class, () -> frames.at(3));
            assertThrows(IllegalArgumentException.class, () -> frames.at(-1));
        }
        try (var left = Files.list(spill)) {
            assertEquals(0, left.count());
        }
    }

    @Test
    void aVideoThatBreaksOffLeavesNoFile(@TempDir Path folder) throws Exception {
        var good = folder.resolve("0.png");
        ImageFiles.writePng(good, frame(0));
        var broken = folder.resolve("1.png");
        Files.writeString(broken, "no image");
        var spill = folder.resolve("spill");
        var video = FrameFolder.of("clip", java.util.List.of(good, broken));
        assertThrows(Exception.class, () -> StoredFrames.read(video, spill));
        try (var left = Files.list(spill)) {
            assertEquals(0, left.count());
        }
    }
}
