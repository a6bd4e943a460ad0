package org.sola.findtrack;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import ai.djl.ndarray.NDManager;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sola.dataset.Expression;
import org.sola.dataset.ReferringVideo;
import org.sola.image.ImageFiles;
import org.sola.sam2.Sam2;
import org.sola.sam2.Sam2Config;
import org.sola.sam2.Sam2Propagator;
import org.sola.tensor.Weights;

class KeyFrameSweepTest {
    private static final FindTrackListener QUIET = (stage, done, of) -> {};

    @TempDir
    private Path folder;

    private static KeyFrameRule rule(KeyFrameChoice choice, int candidates, double confidence, double alignment) {
        return new KeyFrameRule(choice, candidates, confidence, alignment, true);
    }

    private ReferringVideo video(Squares squares, int frames) throws Exception {
        var names = IntStream.range(0, frames).mapToObj(t -> "0" + t).toList();
        for (int t = 0; t < frames; t++) {
            ImageFiles.writePng(Files.createDirectories(folder).resolve(names.get(t) + ".png"), squares.frame(t));
        }
        var expressions = List.of(
                new Expression("0", "red", Optional.empty(), ""),
                new Expression("1", "blue", Optional.empty(), ""),
                new Expression("2", "green", Optional.empty(), ""));
        return new ReferringVideo("squares", names, expressions, folder, ".png");
    }

    @Test
    void everyRuleAnswersAsItDoesAlone() throws Exception {
        var home = Path.of(System.getProperty("sola.home", ".."));
        try (var manager = NDManager.newBaseManager("PyTorch")) {
            var config = Sam2Config.read(home.resolve("configs/models/sam2.1-nano.yaml"));
            var weights = Weights.open(home.resolve("checkpoints/sam2.1-nano.safetensors"), manager);
            var propagator = Sam2Propagator.of(Sam2.of(config, weights));
            var video = video(Squares.of(6), 6);
            var rules = List.of(
                    rule(KeyFrameChoice.FIRST, 5, 1, 0),
                    rule(KeyFrameChoice.LAST, 5, 1, 0),
                    rule(KeyFrameChoice.BEST, 2, 0, 1),
                    rule(KeyFrameChoice.BEST, 3, 0.5, 0.5));
            var segmenter = new Squares.ColourSegmenter();
            var aligner = new Squares.RightAligner();
            var looking = rule(KeyFrameChoice.BEST, 5, 1, 1);
            var answers = KeyFrameSweep.of(FindTrack.of(looking, segmenter, aligner, propagator), rules)
                    .answer(video, QUIET);
            assertEquals(3, segmenter.encoded, "frames 0, 2 and 5, once for all rules");
            for (var rule : rules) {
                var alone = FindTrack.of(rule, segmenter, aligner, propagator)
                        .answer(video.open(), List.of("red", "blue", "green"), QUIET);
                for (int e = 0; e < 3; e++) {
                    var own = alone.answers().get(e).masks();
                    for (int t = 0; t < 6; t++) { // in a batch the last bits differ
                        var together = answers.get(rule).get(e).get(t);
                        double same = own.get(t).isEmpty() && together.isEmpty()
                                ? 1
                                : own.get(t).iou(together);
                        assertEquals(1, same, 0.02, rule + ", expression " + e + ", frame " + t);
                    }
                }
            }
        }
    }

    @Test
    void aLookThatComputesTooLittleIsRefused() {
        var segmenter = new Squares.ColourSegmenter();
        var blind = FindTrack.of(rule(KeyFrameChoice.BEST, 5, 1, 0), segmenter, null);
        var wanted = List.of(rule(KeyFrameChoice.BEST, 5, 0.5, 0.5));
        assertThrows(IllegalArgumentException.class, () -> KeyFrameSweep.of(blind, wanted));
        assertThrows(IllegalArgumentException.class, () -> KeyFrameSweep.of(blind, List.of()));
        var twice = List.of(rule(KeyFrameChoice.BEST, 5, 1, 0), rule(KeyFrameChoice.BEST, 5, 1, 0));
        assertThrows(IllegalArgumentException.class, () -> KeyFrameSweep.of(blind, twice));
    }
}
