package org.sola.evaluate;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sola.dataset.MevisDataset;
import org.sola.dataset.MevisWriter;
import org.sola.image.ImageFiles;
import org.sola.image.RgbImage;
import org.sola.infer.Submission;
import org.sola.mask.Mask;
import org.sola.mask.Rle;

/** Two objects, the left and the right half of 8x8 frames, and predictions small enough to score by hand. */
class EvaluationTest {
    private static final List<String> FRAMES = List.of("00000", "00001");
    private static final Rle LEFT = Rle.encode(Mask.of(8, 8, (y, x) -> x < 4));
    private static final Rle RIGHT = Rle.encode(Mask.of(8, 8, (y, x) -> x >= 4));
    private static final Rle QUARTER = Rle.encode(Mask.of(8, 8, (y, x) -> x < 4 && y < 4));
    private static final Rle FULL = Rle.encode(Mask.of(8, 8, (y, x) -> true));
    private static final Rle NOTHING = Rle.empty(8, 8);

    @TempDir
    private Path folder;

    private MevisDataset dataset;
    private Submission submission;

    @BeforeEach
    void writeDataset() throws IOException {
        var writer = new MevisWriter(folder.resolve("data"));
        writer.add(
                "v",
                FRAMES,
                List.of(List.of(LEFT, LEFT), List.of(RIGHT, NOTHING)),
                List.of(
                        new MevisWriter.Sentence("the left one", "appearance", List.of(0)),
                        new MevisWriter.Sentence("both", "plural", List.of(0, 1)),
                        new MevisWriter.Sentence("the elephant", "none", List.of())));
        writer.write();
        for (String frame : FRAMES) {
            var file = folder.resolve("data/JPEGImages/v/" + frame + ".jpg");
            Files.createDirectories(file.getParent());
            ImageFiles.writeJpeg(file, RgbImage.black(8, 8), 0.9f);
        }
        dataset = MevisDataset.open(folder.resolve("data"));
        submission = Submission.at(folder.resolve("pred"));
    }

    private EvaluationResult evaluate(int threads) throws InterruptedException {
        return Evaluation.of(dataset, submission)
                .withTracks(video -> List.of(List.of(LEFT, LEFT), List.of(RIGHT, RIGHT)), 1)
                .withThreads(threads)
                .run(done -> {});
    }

    @Test
    void aPredictionEqualToTheTruthScoresOneHundred() throws Exception {
        submission.write("v", "0", FRAMES, List.of(LEFT, LEFT));
        submission.write("v", "1", FRAMES, List.of(FULL, LEFT));
        submission.write("v", "2", FRAMES, List.of(NOTHING, NOTHING));
        var result = evaluate(1);
        assertEquals(1.0, result.overall().combined(), 1e-12);
        assertEquals(1.0, result.noTargetAccuracy().orElseThrow());
        assertTrue(result.missing().isEmpty());
        assertTrue(result.failures().isEmpty());
    }

    @Test
    void meansAreOverFramesThenExpressions() throws Exception {
        submission.write("v", "0", FRAMES, List.of(QUARTER, LEFT)); // J (0.5 + 1) / 2
        submission.write("v", "1", FRAMES, List.of(LEFT, LEFT)); // J (0.5 + 1) / 2
        submission.write("v", "2", FRAMES, List.of(NOTHING, LEFT)); // J (1 + 0) / 2
        var result = evaluate(2);
        assertEquals((0.75 + 0.75 + 0.5) / 3, result.overall().regionSimilarity(), 1e-12);
        assertEquals(0.5, result.rows().get(2).quality().boundaryAccuracy(), 1e-12);
        assertEquals(0.0, result.noTargetAccuracy().orElseThrow());
        assertEquals(
                List.of("appearance", "none", "plural"),
                List.copyOf(result.kinds().keySet()));
    }

    @Test
    void anExpressionWithoutPredictionCountsZeroAndIsNamed() throws Exception {
        submission.write("v", "0", FRAMES, List.of(LEFT, LEFT));
        var result = evaluate(1);
        assertEquals(1.0 / 3, result.overall().combined(), 1e-12);
        assertEquals(
                List.of("1", "2"),
                result.missing().stream().map(ExpressionResult::expression).toList());
        assertEquals(0.0, result.noTargetAccuracy().orElseThrow());
    }

    @Test
    void aMissingFrameFailsItsExpressionByFileName() throws Exception {
        submission.write("v", "0", FRAMES, List.of(LEFT, LEFT));
        Files.delete(submission.folder("v", "0").resolve("00001.png"));
        var result = evaluate(1);
        assertEquals(2, result.rows().size());
        assertEquals(1, result.failures().size());
        assertTrue(
                result.failures().get(0).contains("00001.png is missing"),
                result.failures().get(0));
    }

    @Test
    void aMaskOfAnotherSizeFailsWithBothSizes() throws Exception {
        submission.write("v", "0", FRAMES, Collections.nCopies(2, Rle.empty(4, 8)));
        var failure = evaluate(1).failures().get(0);
        assertTrue(failure.contains("has 4x8 pixels, the frame has 8x8"), failure);
    }

    @Test
    void theTracksAllowWhatTheOracleTakes() throws Exception {
        var result = evaluate(1);
        var both = result.rows().get(1).pool().orElseThrow();
        assertEquals(
                List.of(0),
                both.oracleTracks(),
                "the left track alone: J (0.5 + 1) / 2; with the right (1 + 0.5) / 2 is no better");
        assertEquals(0.75, both.oracle().regionSimilarity(), 1e-12);
        assertEquals(0.75, both.allTracks().regionSimilarity(), 1e-12);
        var none = result.rows().get(2).pool().orElseThrow();
        assertEquals(List.of(), none.oracleTracks());
        assertEquals(1.0, none.oracle().combined(), 1e-12);
        assertEquals(0.0, none.allTracks().regionSimilarity(), 1e-12);
        assertEquals((1.0 + 0.5) / 2, result.coverage().orElseThrow().recall(), 1e-12);
    }

    @Test
    void theNumberOfThreadsDoesNotChangeTheResult() throws Exception {
        submission.write("v", "0", FRAMES, List.of(QUARTER, LEFT));
        submission.write("v", "1", FRAMES, List.of(LEFT, LEFT));
        assertEquals(evaluate(1).document(), evaluate(4).document());
    }

    @Test
    void theDocumentHasTheFieldsThatScriptsRead() throws Exception {
        submission.write("v", "0", FRAMES, List.of(LEFT, LEFT));
        submission.write("v", "1", FRAMES, List.of(FULL, LEFT));
        submission.write("v", "2", FRAMES, List.of(NOTHING, NOTHING));
        var mapper = new ObjectMapper();
        String text = mapper.writeValueAsString(evaluate(1).document());
        assertTrue(text.startsWith("{\"overall\":{\"J\":100.0000,\"F\":100.0000,\"JF\":100.0000}"), text);
        var tree = mapper.readTree(text);
        assertEquals(1, tree.at("/kinds/plural/n").asInt());
        assertEquals(3, tree.at("/videos/v/n").asInt());
        assertEquals(3, tree.at("/n").asInt());
        for (String row : List.of("oracle", "all_tracks", "random")) {
            assertTrue(tree.at("/" + row + "/JF").isNumber(), row);
        }
        assertTrue(tree.at("/track_recall").isNumber());
    }

    @Test
    void theTableHasARowAnExpression() throws Exception {
        submission.write("v", "0", FRAMES, List.of(LEFT, LEFT));
        evaluate(1).writeCsv(folder.resolve("rows.csv"));
        var lines = Files.readAllLines(folder.resolve("rows.csv"));
        assertEquals(4, lines.size());
        assertTrue(lines.get(1).startsWith("v,0,appearance,1,1,100.0000,100.0000,100.0000,100.0000,"), lines.get(1));
    }

    @Test
    void writingAgainReplacesAndLeavesNoTemporary() throws Exception {
        submission.write("v", "0", FRAMES, List.of(LEFT, LEFT));
        submission.write("v", "0", FRAMES, List.of(RIGHT, RIGHT));
        var video = dataset.video("v");
        assertEquals(
                List.of(RIGHT, RIGHT),
                submission.masks(video, video.expressions().get(0), 8, 8).orElseThrow());
        try (var files = Files.list(folder.resolve("pred/v"))) {
            assertEquals(1, files.count());
        }
    }
}
