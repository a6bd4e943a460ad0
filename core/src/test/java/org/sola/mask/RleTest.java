package org.sola.mask;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.StringWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.sola.parity.ParityFolders;

/** Run lengths against pycocotools' (parity data/rle). */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class RleTest {
    private static final ObjectMapper JSON = new ObjectMapper();

    private static Stream<Arguments> cases(String... groups) throws Exception {
        var cases = new ArrayList<Arguments>();
        for (var file : ParityFolders.all("data/rle/rle.json")) {
            var tree = JSON.readTree(file.toFile());
            for (String group : groups) {
                tree.path(group)
                        .forEach(c -> cases.add(
                                Arguments.of(group + ": " + c.path("name").asText(), c)));
            }
        }
        return cases.stream();
    }

    Stream<Arguments> sound() throws Exception {
        return cases("masks", "too_large_to_rasterise", "not_canonical_but_valid");
    }

    Stream<Arguments> refused() throws Exception {
        return cases("refuse");
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("sound")
    void textRunsAreaAndBoxAreThoseOfPycocotools(String name, JsonNode expected) throws Exception {
        var size = expected.path("size");
        int h = size.get(0).asInt();
        int w = size.get(1).asInt();
        var rle = Rle.ofCompressed(h, w, expected.path("string").asText());
        assertEquals(
                rle,
                RleJson.read(JSON.createObjectNode()
                        .setAll(java.util.Map.of("size", size, "counts", expected.path("counts")))));
        assertEquals(expected.path("area").asLong(), rle.areaPixels());
        assertEquals(
                expected.path("canonical_string").asText(expected.path("string").asText()), rle.compressed());
        var box = rle.boundingBox()
                .map(b -> List.of(b.x0(), b.y0(), b.width(), b.height()))
                .orElse(List.of(0, 0, 0, 0));
        var wanted = new ArrayList<Integer>();
        expected.path("bbox").forEach(v -> wanted.add(v.asInt()));
        assertEquals(wanted, box);
        if (expected.has("raster_rows")) {
            var rows = new ArrayList<String>();
            expected.path("raster_rows").forEach(r -> rows.add(r.asText()));
            var mask = Mask.of(h, w, (y, x) -> rows.get(y).charAt(x) == '1');
            assertEquals(mask, rle.decode());
            assertEquals(rle, Rle.encode(mask));
        }
        assertEquals(rle, RleJson.read(JSON.readTree(written(rle))));
    }

    private static String written(Rle rle) throws Exception {
        var text = new StringWriter();
        try (var json = new JsonFactory().createGenerator(text)) {
            RleJson.write(json, rle);
        }
        return text.toString();
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("refused")
    void whatIsNoMaskIsRefusedNamingTheField(String name, JsonNode broken) {
        var refusal = assertThrows(RleException.class, () -> RleJson.read(broken.path("rle")));
        assertTrue(
                refusal.getMessage().startsWith("counts: ")
                        || refusal.getMessage().startsWith("size: "),
                refusal.getMessage());
    }

    @Test
    void unionsIntersectionsAndIouAreThoseOfPycocotools() throws Exception {
        var tree = JSON.readTree(ParityFolders.full("data/rle/rle.json").toFile());
        var sources = new ArrayList<Rle>();
        tree.path("sources").forEach(source -> sources.add(RleJson.read(source)));
        for (var merge : tree.path("merges")) {
            var union = Rle.empty(sources.get(0).height(), sources.get(0).width());
            var common = sources.get(merge.path("of").get(0).asInt());
            for (var index : merge.path("of")) {
                union = union.or(sources.get(index.asInt()));
                common = common.and(sources.get(index.asInt()));
            }
            assertEquals(merge.path("union").asText(), union.compressed());
            assertEquals(merge.path("intersection").asText(), common.compressed());
            assertEquals(merge.path("union_area").asLong(), union.areaPixels());
            assertEquals(merge.path("intersection_area").asLong(), common.areaPixels());
        }
        for (int p = 0; p < sources.size(); p++) {
            for (int g = 0; g < sources.size(); g++) {
                boolean bothEmpty = sources.get(p).isEmpty() && sources.get(g).isEmpty();
                double expected = tree.path("iou").get(p).get(g).asDouble();
                // COCO calls two empty masks 0, DAVIS 1; this project's iou is that of DAVIS
                assertEquals(bothEmpty ? 1.0 : expected, sources.get(p).iou(sources.get(g)), 1e-12);
            }
        }
    }

    @Test
    void aMaskTooLargeForPixelsIsRefusedBeforeMemoryIsTaken() {
        var rle = Rle.empty(100_000, 100_000);
        var refusal = assertThrows(RleException.class, rle::decode);
        assertTrue(refusal.getMessage().contains("100000x100000"), refusal.getMessage());
    }
}
