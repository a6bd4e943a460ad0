package org.sola.findtrack;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.ndarray.NDManager;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sola.mask.Rle;
import org.sola.sam2.Sam2;
import org.sola.sam2.Sam2Config;
import org.sola.tensor.Weights;

class Sam2PropagatorTest {
    private static final Path HOME = Path.of(System.getProperty("sola.home", ".."));

    @TempDir
    private Path spill;

    /** The small network that comes with the project. */
    private static Sam2Propagator nano() throws IOException {
        var manager = NDManager.newBaseManager("PyTorch");
        var config = Sam2Config.read(HOME.resolve("configs/models/sam2.1-nano.yaml"));
        var weights = Weights.open(HOME.resolve("checkpoints/sam2.1-nano.safetensors"), manager);
        return Sam2Propagator.of(Sam2.of(config, weights), manager);
    }

    @Test
    void masksAreFollowedBothWaysFromDifferentFrames() throws Exception {
        var video = Squares.of(9);
        try (var propagator = nano();
                var open = propagator.open(video, spill)) {
            var tracks = open.propagate(
                    List.of(
                            new KeyFrame(4, Rle.encode(video.red(4))),
                            new KeyFrame(0, Rle.encode(video.blue())),
                            new KeyFrame(8, Rle.encode(video.red(8)))),
                    () -> {});
            assertEquals(9, open.encoderCalls());
            for (int t = 0; t < 9; t++) {
                double fromMiddle = tracks.get(0).get(t).decode().iou(video.red(t));
                double blue = tracks.get(1).get(t).decode().iou(video.blue());
                double fromEnd = tracks.get(2).get(t).decode().iou(video.red(t));
                String at = "frame " + t + ": " + fromMiddle + ", " + blue + ", " + fromEnd;
                assertTrue(fromMiddle > 0.6 && blue > 0.6 && fromEnd > 0.6, at);
            }
            var alone = open.propagate(List.of(new KeyFrame(0, Rle.encode(video.blue()))), () -> {});
            for (int t = 0; t < 9; t++) { // in a batch the last bits differ
                double same =
                        alone.get(0).get(t).decode().iou(tracks.get(1).get(t).decode());
                assertTrue(same > 0.99, "frame " + t + ": " + same);
            }
            assertEquals(9, open.encoderCalls(), "no frame is encoded twice");
        }
    }

    @Test
    void findTrackAnswersWithIt() throws Exception {
        var video = Squares.of(7);
        var rule = new KeyFrameRule(KeyFrameChoice.BEST, 3, 0.5, 0.5, true);
        try (var findTrack = FindTrack.of(rule, new Squares.ColourSegmenter(), new Squares.RightAligner(), nano())) {
            var result = findTrack.answer(video, List.of("red", "blue", "green"), spill, (stage, done, of) -> {});
            for (int t = 0; t < 7; t++) {
                assertTrue(result.answers().get(0).masks().get(t).decode().iou(video.red(t)) > 0.6);
                assertTrue(result.answers().get(1).masks().get(t).decode().iou(video.blue()) > 0.6);
                assertEquals(0, result.answers().get(2).masks().get(t).areaPixels());
            }
            assertTrue(result.cost().onceSeconds() < result.cost().seconds());
            var one = findTrack.answer(Squares.of(1), List.of("red"), spill, (stage, done, of) -> {});
            assertEquals(1, one.answers().get(0).masks().size());
        }
    }

    @Test
    void anInterruptionStopsTheSweep() throws Exception {
        var video = Squares.of(5);
        try (var propagator = nano();
                var open = propagator.open(video, spill)) {
            var key = List.of(new KeyFrame(0, Rle.encode(video.blue())));
            assertThrows(InterruptedException.class, () -> open.propagate(key, Thread.currentThread()::interrupt));
        }
    }
}
