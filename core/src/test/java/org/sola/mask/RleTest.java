package org.sola.mask;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

class RleTest {
    @Property
    void aMaskSurvivesRunsAndText(
            @ForAll @IntRange(min = 1, max = 23) int height,
            @ForAll @IntRange(min = 1, max = 23) int width,
            @ForAll long seed,
            @ForAll @IntRange(min = 0, max = 10) int density) {
        var mask = random(height, width, seed, density);
        var rle = Rle.encode(mask);
        assertEquals(mask, rle.decode());
        assertEquals(rle, Rle.ofCompressed(height, width, rle.compressed()));
        assertEquals(mask.areaPixels(), rle.areaPixels());
    }

    @Property
    void iouOfRunsIsSymmetricAndEqualsThatOfPixels(@ForAll long a, @ForAll long b) {
        var x = random(13, 17, a, 4);
        var y = random(13, 17, b, 6);
        double iou = Rle.encode(x).iou(Rle.encode(y));
        assertEquals(x.iou(y), iou);
        assertEquals(iou, Rle.encode(y).iou(Rle.encode(x)));
    }

    private static Mask random(int height, int width, long seed, int density) {
        var random = new java.util.SplittableRandom(seed);
        return Mask.of(height, width, (y, x) -> random.nextInt(10) < density);
    }

    @Test
    void agreesWithPycocotools() throws Exception {
        Path file = Path.of(System.getProperty("parity", "../../shared/parity")).resolve("data/rle/rle.json");
        Assumptions.assumeTrue(Files.isRegularFile(file), "no parity case at " + file);
        JsonNode cases = new ObjectMapper().readTree(file.toFile());
        for (var group : List.of("masks", "too_large_to_rasterise", "not_canonical_but_valid")) {
            for (var c : cases.path(group)) {
                int h = c.path("size").get(0).asInt();
                int w = c.path("size").get(1).asInt();
                var rle = Rle.ofCompressed(h, w, c.path("string").asText());
                assertEquals(
                        rle,
                        Rle.ofCounts(h, w, ints(c.path("counts"))),
                        c.path("name").asText());
                assertEquals(
                        c.path("area").asLong(),
                        rle.areaPixels(),
                        c.path("name").asText());
                String canonical =
                        c.path("canonical_string").asText(c.path("string").asText());
                assertEquals(canonical, rle.compressed(), c.path("name").asText());
                if (c.has("raster_rows")) {
                    var rows = new ArrayList<String>();
                    c.path("raster_rows").forEach(r -> rows.add(r.asText()));
                    var mask = Mask.of(h, w, (y, x) -> rows.get(y).charAt(x) == '1');
                    assertEquals(mask, rle.decode(), c.path("name").asText());
                    assertEquals(rle, Rle.encode(mask));
                }
            }
        }
        for (var c : cases.path("refuse")) {
            var rle = c.path("rle");
            assertThrows(
                    RuntimeException.class,
                    () -> {
                        int h = rle.path("size").get(0).intValue();
                        int w = rle.path("size").get(1).intValue();
                        if (rle.path("counts").isTextual()) {
                            Rle.ofCompressed(h, w, rle.path("counts").asText());
                        } else {
                            Rle.ofCounts(h, w, ints(rle.path("counts")));
                        }
                    },
                    c.path("name").asText());
        }
    }

    private static long[] ints(JsonNode node) {
        var values = new long[node.size()];
        for (int i = 0; i < values.length; i++) {
            if (!node.get(i).isIntegralNumber() || !node.get(i).canConvertToLong()) {
                throw new RleException("counts: " + node.get(i));
            }
            values[i] = node.get(i).asLong();
        }
        return values;
    }
}
