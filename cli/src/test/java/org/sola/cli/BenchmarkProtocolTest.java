package org.sola.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.sola.dataset.ReferringDataset;
import org.sola.evaluate.FrameSize;
import org.sola.evaluate.Predictions;
import org.sola.infer.Submission;

/** The truth handed in as prediction scores full marks by every benchmark's own protocol; nothing at all scores none. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class BenchmarkProtocolTest {
    @TempDir
    private Path folder;

    Stream<Arguments> splits() {
        return Stream.of(
                Arguments.of("mevis/valid_u", ""),
                Arguments.of("ref-youtube-vos/train", ""),
                Arguments.of("ref-davis/valid", "/davis/unsupervised/JF"),
                Arguments.of("ref-davis/valid", "/davis/direct/JF"),
                Arguments.of("a2d_sentences/test", "/sentences/overall_iou"),
                Arguments.of("jhmdb_sentences", "/sentences/mAP"));
    }

    private static Path split(String name) {
        var path = Path.of(System.getProperty("parity"), "datasets").resolve(name);
        Assumptions.assumeTrue(
                Files.isDirectory(path) || Files.isDirectory(path.getParent()), () -> "no parity case at " + path);
        return path;
    }

    @ParameterizedTest(name = "{0} {1}")
    @MethodSource("splits")
    void theTruthScoresFullMarks(String name, String field) throws IOException {
        var dataset = ReferringDataset.open(split(name));
        var predictions = folder.resolve(name.replace('/', '-') + field.length());
        for (var video : dataset.videos()) {
            var size = FrameSize.of(video);
            for (var expression : video.expressions()) {
                var truth = dataset.truth(video, expression, size.height(), size.width());
                Submission.at(predictions).write(video.id(), expression.id(), video.frameNames(), truth);
            }
        }
        var run = CommandRun.of("eval", "--data", split(name).toString(), "--pred", predictions.toString(), "--json");
        assertEquals(0, run.status(), run.err());
        var document = new com.fasterxml.jackson.databind.ObjectMapper().readTree(run.out());
        assertEquals(100, document.at("/overall/JF").asDouble(), 1e-9);
        if (!field.isEmpty()) {
            assertEquals(100, document.at(field).asDouble(), 1e-6);
        }
    }

    @Test
    void nothingAtAllScoresNothing() throws IOException {
        var dataset = ReferringDataset.open(split("ref-davis/valid"));
        Predictions none = (video, expression, height, width) -> java.util.Optional.empty();
        var score = org.sola.evaluate.DavisEvaluation.of(dataset, none, (video, expression) -> 1);
        assertEquals(
                List.of(0.0, 0.0, 0.0, 0.0),
                score.direct().stream().map(each -> each.combined()).toList());
    }
}
