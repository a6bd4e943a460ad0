package org.sola.findtrack;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.ndarray.NDManager;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.sola.mask.Rle;
import org.sola.sam2.Sam2;
import org.sola.sam2.Sam2Config;
import org.sola.sam2.Sam2Propagator;
import org.sola.tensor.Weights;

/** The pipeline with the small SAM 2 that comes with the project as its propagator. */
class FindTrackWithSam2Test {
    private static final Path HOME = Path.of(System.getProperty("sola.home", ".."));
    private static final FindTrackListener QUIET = (stage, done, of) -> {};

    private static Sam2Propagator nano(NDManager manager) throws java.io.IOException {
        var config = Sam2Config.read(HOME.resolve("configs/models/sam2.1-nano.yaml"));
        var weights = Weights.open(HOME.resolve("checkpoints/sam2.1-nano.safetensors"), manager);
        return Sam2Propagator.of(Sam2.of(config, weights));
    }

    @Test
    void masksOfDifferentFramesAreFollowedTogetherAndAsIfAlone() throws Exception {
        var video = Squares.of(9);
        try (var manager = NDManager.newBaseManager("PyTorch");
                var open = nano(manager).open(video)) {
            var keys = List.of(
                    new KeyFrame(4, Rle.encode(video.red(4))),
                    new KeyFrame(0, Rle.encode(video.blue())),
                    new KeyFrame(8, Rle.encode(video.red(8))));
            var tracks = FindTrack.follow(open, keys, QUIET);
            for (int t = 0; t < 9; t++) {
                double fromMiddle = tracks.get(keys.get(0)).get(t).decode().iou(video.red(t));
                double blue = tracks.get(keys.get(1)).get(t).decode().iou(video.blue());
                double fromEnd = tracks.get(keys.get(2)).get(t).decode().iou(video.red(t));
                String at = "frame " + t + ": " + fromMiddle + ", " + blue + ", " + fromEnd;
                assertTrue(fromMiddle > 0.6 && blue > 0.6 && fromEnd > 0.6, at);
            }
            var alone = new Rle[9];
            open.propagate(4, List.of(video.red(4)), (frame, masks) -> alone[frame] = Rle.encode(masks.get(0)));
            for (int t = 0; t < 9; t++) { // in a batch the last bits differ
                double same =
                        alone[t].decode().iou(tracks.get(keys.get(0)).get(t).decode());
                assertTrue(same > 0.99, "frame " + t + ": " + same);
            }
            assertEquals(9, open.encoderCalls(), "no frame is encoded twice");
        }
    }

    @Test
    void everyExpressionIsAnswered() throws Exception {
        var video = Squares.of(7);
        var rule = new KeyFrameRule(KeyFrameChoice.BEST, 3, 0.5, 0.5, true);
        try (var manager = NDManager.newBaseManager("PyTorch")) {
            var findTrack =
                    FindTrack.of(rule, new Squares.ColourSegmenter(), new Squares.RightAligner(), nano(manager));
            assertEquals("colours + right + sam2.1-nano", findTrack.name());
            var result = findTrack.answer(video, List.of("red", "blue", "green"), QUIET);
            for (int t = 0; t < 7; t++) {
                assertTrue(result.answers().get(0).masks().get(t).decode().iou(video.red(t)) > 0.6);
                assertTrue(result.answers().get(1).masks().get(t).decode().iou(video.blue()) > 0.6);
                assertEquals(0, result.answers().get(2).masks().get(t).areaPixels());
            }
            assertEquals(3 + 7, result.cost().encoderCalls());
            assertTrue(result.cost().onceSeconds() < result.cost().seconds());
            var one = findTrack.answer(Squares.of(1), List.of("red"), QUIET);
            assertEquals(1, one.answers().get(0).masks().size());
        }
    }
}
