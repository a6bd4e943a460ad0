package org.sola.precompute;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.ndarray.NDManager;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Peak resident memory of whole processes: a long video takes no more than a short one. */
@Tag("large")
class PeakMemoryTest {
    @TempDir
    Path folder;

    /** Tracks a clip of so many frames and prints the process's peak. */
    static final class Child {
        public static void main(String[] arguments) throws IOException {
            int frames = Integer.parseInt(arguments[1]);
            var source = NanoModel.clip(Path.of(arguments[0], "clip-" + frames), frames);
            try (var manager = NDManager.newBaseManager("PyTorch")) {
                var tracker = Sam2VideoTracker.builder(NanoModel.random(manager), "00", NanoModel.recipe(4, 4, 4))
                        .limits(8L << 20, Path.of(arguments[0]))
                        .build();
                var tracked = tracker.track(source, TrackingProgress.NONE);
                System.err.println(tracked.cost());
                System.out.println(tracked.encoderCalls() + " "
                        + ProcessMemory.peakResidentBytes().orElse(0));
            }
        }
    }

    private long peak(int frames) throws IOException, InterruptedException {
        var child = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xms256m",
                        "-Xmx256m",
                        "-XX:+AlwaysPreTouch", // so that the heap is the same in both and only native memory can grow
                        "-Dai.djl.offline=true",
                        "-Dai.djl.pytorch.num_threads=1",
                        "-Dsola.home=" + System.getProperty("sola.home", ".."),
                        "-cp",
                        System.getProperty("java.class.path"),
                        Child.class.getName(),
                        folder.toString(),
                        Integer.toString(frames))
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        var lines = new String(child.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
        assertEquals(0, child.waitFor(), lines);
        var words = lines.substring(lines.lastIndexOf('\n') + 1).split("\\s+"); // the engine's logger may speak first
        assertEquals(frames, Integer.parseInt(words[0]), "every frame is encoded once");
        return Long.parseLong(words[1]);
    }

    @Test
    void tenTimesTheFramesTakeNoMoreMemory() throws IOException, InterruptedException {
        long shortClip = peak(30);
        Assumptions.assumeTrue(shortClip > 0, "the system does not say how much memory is resident");
        long longClip = peak(300);
        System.err.println("peak resident bytes: " + shortClip + " of 30 frames, " + longClip + " of 300");
        assertTrue(longClip <= 1.10 * shortClip, "30 frames: " + shortClip + " bytes, 300 frames: " + longClip);
    }
}
