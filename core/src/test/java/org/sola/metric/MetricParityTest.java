package org.sola.metric;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.ArrayList;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.sola.mask.Rle;
import org.sola.mask.RleJson;
import org.sola.parity.ParityFolders;

/** J, F and their statistics against davis2017-evaluation's and MeViS' own code (parity data/metrics). */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class MetricParityTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final double TOLERANCE = 1e-12;

    private static Stream<Arguments> cases(String name) throws Exception {
        var cases = new ArrayList<Arguments>();
        for (var file : ParityFolders.all("data/metrics/" + name + ".json")) {
            JSON.readTree(file.toFile())
                    .path(name)
                    .forEach(c -> cases.add(Arguments.of(c.path("name").asText(), c)));
        }
        return cases.stream();
    }

    Stream<Arguments> frames() throws Exception {
        return cases("frames");
    }

    Stream<Arguments> clips() throws Exception {
        return cases("clips");
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("frames")
    void aFrameScoresAsInDavis(String name, JsonNode frame) {
        var truth = RleJson.read(frame.path("gt")).decode();
        var prediction = RleJson.read(frame.path("pred")).decode();
        if (frame.has("void")) {
            var ignored = RleJson.read(frame.path("void")).decode();
            truth = truth.minus(ignored);
            prediction = prediction.minus(ignored);
        }
        var expected = frame.path("expected");
        assertEquals(expected.path("J").asDouble(), RegionSimilarity.of(prediction, truth), TOLERANCE);
        assertEquals(expected.path("F").asDouble(), BoundaryAccuracy.of(prediction, truth), TOLERANCE);
        var counts = BoundaryAccuracy.Counts.of(prediction, truth);
        assertEquals(expected.path("boundary_pred").asInt(), counts.predicted());
        assertEquals(expected.path("boundary_gt").asInt(), counts.actual());
        if (expected.has("radius")) {
            assertEquals(expected.path("radius").asInt(), BoundaryAccuracy.radius(truth.height(), truth.width()));
        }
        if (expected.has("matched_pred") && counts.predicted() > 0 && counts.actual() > 0) {
            assertEquals(expected.path("matched_pred").asInt(), counts.predictedMatched());
            assertEquals(expected.path("matched_gt").asInt(), counts.actualMatched());
        }
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("clips")
    void aClipScoresAsInDavis(String name, JsonNode clip) {
        int frames = clip.path("gt").size();
        var j = new double[frames];
        var f = new double[frames];
        var expected = clip.path("expected");
        for (int t = 0; t < frames; t++) {
            var truth = RleJson.read(clip.path("gt").get(t)).decode();
            var prediction = RleJson.read(clip.path("pred").get(t)).decode();
            j[t] = RegionSimilarity.of(prediction, truth);
            f[t] = BoundaryAccuracy.of(prediction, truth);
            assertEquals(expected.path("J_frames").get(t).asDouble(), j[t], TOLERANCE);
            assertEquals(expected.path("F_frames").get(t).asDouble(), f[t], TOLERANCE);
        }
        check(expected, "J", SequenceStatistics.of(j));
        check(expected, "F", SequenceStatistics.of(f));
    }

    private static void check(JsonNode expected, String measure, SequenceStatistics statistics) {
        assertEquals(expected.path(measure).asDouble(), statistics.mean(), TOLERANCE);
        if (expected.has(measure + "_recall")) {
            assertEquals(expected.path(measure + "_recall").asDouble(), statistics.recall(), TOLERANCE);
            assertEquals(expected.path(measure + "_decay").asDouble(), statistics.decay(), TOLERANCE);
        }
    }

    @Test
    void aMevisSplitScoresAsItsOwnEvaluationSays() throws Exception {
        var tree = JSON.readTree(ParityFolders.full("data/metrics/mevis.json").toFile());
        double sumJ = 0;
        double sumF = 0;
        int expressions = 0;
        for (var video : tree.path("meta_expressions").path("videos").properties()) {
            for (var expression : video.getValue().path("expressions").properties()) {
                var expected = tree.path("expected").path("per_expression");
                var score = expected.path(video.getKey() + "_" + expression.getKey());
                var prediction = tree.path("pred").path(video.getKey()).path(expression.getKey());
                double j = 0;
                double f = 0;
                for (int t = 0; t < prediction.size(); t++) {
                    var predicted = RleJson.read(prediction.get(t));
                    var truth = Rle.empty(predicted.height(), predicted.width());
                    for (var id : expression.getValue().path("anno_id")) {
                        var mask = tree.path("mask_dict").path(id.asText()).get(t);
                        truth = mask.isNull() ? truth : truth.or(RleJson.read(mask));
                    }
                    j += RegionSimilarity.of(predicted.decode(), truth.decode()) / prediction.size();
                    f += BoundaryAccuracy.of(predicted.decode(), truth.decode()) / prediction.size();
                }
                assertEquals(score.path("J").asDouble(), j, TOLERANCE);
                assertEquals(score.path("F").asDouble(), f, TOLERANCE);
                sumJ += j;
                sumF += f;
                expressions++;
            }
        }
        assertEquals(tree.path("expected").path("J").asDouble(), sumJ / expressions, TOLERANCE);
        assertEquals(tree.path("expected").path("F").asDouble(), sumF / expressions, TOLERANCE);
    }
}
