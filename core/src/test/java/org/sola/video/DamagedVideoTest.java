package org.sola.video;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.lifecycle.AfterContainer;
import net.jqwik.api.lifecycle.BeforeContainer;

/** Bytes overwritten anywhere: a video either decodes or is refused as a {@link VideoException}, nothing else. */
class DamagedVideoTest {
    private static Path folder;
    private static byte[] whole;

    @BeforeContainer
    static void writeAClip() throws Exception {
        folder = Files.createTempDirectory("damaged-video");
        whole = Files.readAllBytes(VideoWriterTest.write(folder.resolve("whole.mp4"), 48, 64, 12, 25));
    }

    @AfterContainer
    static void removeIt() throws Exception {
        Files.deleteIfExists(folder.resolve("damaged.mp4"));
        Files.deleteIfExists(folder.resolve("whole.mp4"));
        Files.deleteIfExists(folder);
    }

    @Property(tries = 150)
    void damageIsDecodedOrRefused(@ForAll long seed, @ForAll @IntRange(min = 1, max = 40) int bytes) throws Exception {
        var random = new Random(seed);
        byte[] damaged = whole.clone();
        for (int i = 0; i < bytes; i++) {
            damaged[random.nextInt(damaged.length)] = (byte) random.nextInt();
        }
        Path file = Files.write(folder.resolve("damaged.mp4"), damaged);
        try (var frames = Video.open(file).frames()) {
            while (frames.hasNext()) {
                frames.next();
            }
        } catch (VideoException refused) {
            assertEquals(0, refused.getMessage().indexOf(file.toString()));
        }
        assertEquals(0, FrameDecoder.openCount());
    }
}
