package org.sola.dataset;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.sola.mask.Rle;
import org.sola.parity.ParityFolders;

/** The miniature MeViS splits and their broken copies (parity datasets). */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class MevisParityTest {
    private static final ObjectMapper JSON = new ObjectMapper();

    Stream<Arguments> splits() throws Exception {
        var folder = ParityFolders.full("datasets/mevis");
        var splits = JSON.readTree(folder.resolve("expected.json").toFile()).path("splits");
        return splits.properties().stream()
                .map(split -> Arguments.of(split.getKey(), folder.resolve(split.getKey()), split.getValue()));
    }

    Stream<Arguments> brokenCopies() throws Exception {
        var folder = ParityFolders.full("datasets/broken");
        var variants = new ArrayList<Arguments>();
        for (var variant :
                JSON.readTree(folder.resolve("expected.json").toFile()).path("variants")) {
            if (variant.path("data_set").asText().equals("mevis")) {
                String name = variant.path("variant").asText();
                variants.add(Arguments.of(
                        name,
                        folder.resolve(name)
                                .resolve("mevis")
                                .resolve(variant.path("split").asText()),
                        variant));
            }
        }
        return variants.stream();
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("splits")
    void aSplitHoldsWhatItsExpectationSays(String name, Path root, JsonNode expected) throws Exception {
        var dataset = MevisDataset.open(root);
        assertEquals(List.of(), dataset.problems());
        assertEquals(List.of(), dataset.withFrames().problems());
        assertEquals(expected.path("videos").size(), dataset.videos().size());
        for (var video : dataset.videos()) {
            var wanted = expected.path("videos").path(video.id());
            int height = wanted.path("height").asInt();
            int width = wanted.path("width").asInt();
            assertEquals(texts(wanted.path("frames")), video.frameNames());
            assertEquals(wanted.path("expressions").size(), video.expressions().size());
            for (var expression : video.expressions()) {
                var sentence = wanted.path("expressions").path(expression.id());
                assertEquals(sentence.path("exp").asText(), expression.text());
                assertEquals(
                        sentence.hasNonNull("anno_id"),
                        expression.annotationIds().isPresent());
                if (expression.annotationIds().isPresent()) {
                    assertEquals(
                            texts(sentence.path("anno_id")),
                            expression.annotationIds().get());
                    check(sentence.path("merged"), dataset.truth(video, expression, height, width));
                }
            }
            for (var object : wanted.path("objects").properties()) {
                check(object.getValue(), dataset.annotation(video, object.getKey(), height, width));
            }
        }
        var checks = DatasetCheck.mevis(root, 2, id -> {});
        assertEquals(1, checks.size());
        assertTrue(checks.get(0).isSound(), () -> checks.get(0).problems().toString());
    }

    private static void check(JsonNode expected, List<Rle> masks) {
        for (int t = 0; t < masks.size(); t++) {
            assertEquals(expected.path("area").get(t).asLong(), masks.get(t).areaPixels());
            var box = masks.get(t)
                    .boundingBox()
                    .map(b -> List.of(b.x0(), b.y0(), b.width(), b.height()))
                    .orElse(List.of(0, 0, 0, 0));
            assertEquals(expected.path("bbox").get(t).toString(), box.toString().replace(" ", ""));
        }
        assertEquals(expected.path("area").size(), masks.size());
    }

    private static List<String> texts(JsonNode array) {
        var texts = new ArrayList<String>();
        array.forEach(value -> texts.add(value.asText()));
        return texts;
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("brokenCopies")
    void whatIsBrokenIsNamedAndCostsNothingElse(String name, Path root, JsonNode variant) throws Exception {
        var check = DatasetCheck.mevis(root, 1, id -> {}).get(0);
        var bad = variant.path("bad");
        if (bad.isEmpty()) {
            assertEquals(List.of(), check.problems());
        } else {
            assertFalse(check.problems().isEmpty(), "nothing was found");
            for (var problem : check.problems()) {
                assertEquals(bad.path("video").asText(""), problem.video(), problem::toString);
                assertEquals(bad.path("expression").asText(""), problem.expression(), problem::toString);
                for (var text : variant.path("message_names")) {
                    assertTrue(problem.toString().contains(text.asText()), problem::toString);
                }
            }
        }
        if (!variant.path("still_loads").isEmpty()) {
            var dataset = MevisDataset.open(root);
            for (var video : variant.path("still_loads").properties()) {
                var loaded = dataset.video(video.getKey());
                for (var areas : video.getValue().properties()) {
                    var expression = loaded.expressions().stream()
                            .filter(e -> e.id().equals(areas.getKey()))
                            .findFirst()
                            .orElseThrow();
                    var truth = dataset.truth(loaded, expression, 24, 32);
                    assertEquals(
                            areas.getValue().toString(),
                            truth.stream()
                                    .map(Rle::areaPixels)
                                    .toList()
                                    .toString()
                                    .replace(" ", ""));
                }
            }
        }
    }
}
