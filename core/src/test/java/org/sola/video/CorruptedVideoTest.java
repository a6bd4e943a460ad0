package org.sola.video;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sola.image.Corruption;
import org.sola.image.ImageFiles;
import org.sola.image.RgbImage;

class CorruptedVideoTest {
    @TempDir
    private Path folder;

    private List<byte[]> frames(Corruption corruption, String id) throws IOException {
        var grey = new byte[24 * 32 * 3];
        Arrays.fill(grey, (byte) 120);
        for (int i = 0; i < 3 * 32 * 4; i++) {
            grey[i] = (byte) 250; // a bright bar for the blur to move
        }
        for (int t = 0; t < 2; t++) {
            ImageFiles.writePng(folder.resolve("0000" + t + ".png"), new RgbImage(24, 32, grey));
        }
        var read = new ArrayList<byte[]>();
        try (var frames = new CorruptedVideo(Video.open(folder), id, corruption).frames()) {
            while (frames.hasNext()) {
                read.add(frames.next().rgb());
            }
        }
        return read;
    }

    @Test
    void everyPassGivesTheSameFramesAndEveryFrameItsOwnDraw() throws IOException {
        for (String kind : List.of("motion-blur", "gaussian-noise:2")) {
            var corruption = Corruption.parse(kind, 3);
            var first = frames(corruption, "a");
            var again = frames(corruption, "a");
            assertEquals(2, first.size());
            assertArrayEquals(first.get(0), again.get(0));
            assertArrayEquals(first.get(1), again.get(1));
            assertFalse(Arrays.equals(first.get(0), first.get(1)), "the clean frames are equal, the draws are not");
            assertFalse(Arrays.equals(first.get(0), frames(corruption, "b").get(0)));
            assertFalse(Arrays.equals(
                    first.get(0), frames(Corruption.parse(kind, 4), "a").get(0)));
        }
    }

    @Test
    void aCorruptionIsSpeltAsAnOption() {
        assertEquals(new Corruption(Corruption.Kind.MOTION_BLUR, 5, 1), Corruption.parse("motion-blur", 1));
        assertEquals(new Corruption(Corruption.Kind.GAUSSIAN_NOISE, 2, 1), Corruption.parse("gaussian-noise:2", 1));
        for (String wrong : List.of("fog", "motion-blur:", "motion-blur:6", "motion-blur:0", "motion-blur:2:1", "")) {
            var e = assertThrows(IllegalArgumentException.class, () -> Corruption.parse(wrong, 1), wrong);
            assertTrue(e.getMessage().contains("expected") || e.getMessage().contains("motion-blur"), e.getMessage());
        }
    }
}
