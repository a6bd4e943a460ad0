package org.sola.parity;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.util.ArrayList;
import java.util.List;
import org.sola.mask.Mask;
import org.sola.mask.Rle;
import org.sola.mask.RleException;
import org.sola.mask.RleJson;
import org.sola.metric.AveragePrecision;

/** COCO run lengths: text, area, box, merging, overlap, and what must be refused. */
final class RleRunner implements ParityRunner {
    @Override
    public boolean accepts(ParityCase parityCase) {
        return parityCase.json().path("files").has("rle.json");
    }

    @Override
    public void run(ParityCase parityCase, Checks checks) throws Exception {
        var tree = new ObjectMapper()
                .readTree(parityCase.folder().resolve("rle.json").toFile());
        for (String group : List.of("masks", "too_large_to_rasterise", "not_canonical_but_valid")) {
            for (var mask : tree.path(group)) {
                mask(checks, group + ": " + mask.path("name").asText(), mask);
            }
        }
        var sources = new ArrayList<Rle>();
        tree.path("sources").forEach(source -> sources.add(read(source.path("size"), source.path("string"))));
        for (var merge : tree.path("merges")) {
            merge(checks, sources, merge);
        }
        double tolerance = parityCase.json().path("tolerances").path("iou").asDouble();
        for (int p = 0; p < sources.size(); p++) {
            for (int g = 0; g < sources.size(); g++) {
                var a = sources.get(p);
                var b = sources.get(g);
                String pair = "[" + p + "][" + g + "]";
                double iou = tree.path("iou").path(p).path(g).asDouble();
                checks.number("iou" + pair, AveragePrecision.cocoIou(a, b), iou, tolerance);
                double share = a.isEmpty() ? 0 : (double) a.intersectionPixels(b) / a.areaPixels();
                double crowd = tree.path("iou_iscrowd").path(p).path(g).asDouble();
                checks.number("iou_iscrowd" + pair, share, crowd, tolerance);
            }
        }
        for (var broken : tree.path("refuse")) {
            checks.fact("refuse: " + broken.path("name").asText(), isRefused(broken.path("rle")));
        }
    }

    private static Rle read(JsonNode size, JsonNode counts) {
        var node = JsonNodeFactory.instance.objectNode();
        node.set("size", size);
        node.set("counts", counts);
        return RleJson.read(node);
    }

    private static void mask(Checks checks, String name, JsonNode expected) {
        var size = expected.path("size");
        var rle = read(size, expected.path("string"));
        checks.fact(name + ", runs", rle.equals(read(size, expected.path("counts"))));
        String text =
                expected.path("canonical_string").asText(expected.path("string").asText());
        checks.fact(name + ", text", text.equals(rle.compressed()));
        checks.fact(name + ", area", rle.areaPixels() == expected.path("area").asLong());
        checks.fact(name + ", bbox", expected.path("bbox").toString().equals(Boxes.of(rle)));
        if (expected.has("raster_rows")) {
            var rows = expected.path("raster_rows");
            var mask = Mask.of(
                    rle.height(), rle.width(), (y, x) -> rows.get(y).asText().charAt(x) == '1');
            checks.fact(
                    name + ", pixels",
                    mask.equals(rle.decode()) && Rle.encode(mask).equals(rle));
        }
    }

    private static void merge(Checks checks, List<Rle> sources, JsonNode merge) {
        var common = sources.get(merge.path("of").get(0).asInt());
        var union = common;
        for (var index : merge.path("of")) {
            union = union.or(sources.get(index.asInt()));
            common = common.and(sources.get(index.asInt()));
        }
        String name = "merge of " + merge.path("of");
        checks.fact(
                name + ", union", union.compressed().equals(merge.path("union").asText()));
        checks.fact(
                name + ", intersection",
                common.compressed().equals(merge.path("intersection").asText()));
        checks.fact(
                name + ", areas",
                union.areaPixels() == merge.path("union_area").asLong()
                        && common.areaPixels()
                                == merge.path("intersection_area").asLong());
    }

    private static boolean isRefused(JsonNode broken) {
        try {
            RleJson.read(broken);
            return false;
        } catch (RleException e) {
            return e.getMessage().startsWith("counts: ") || e.getMessage().startsWith("size: ");
        }
    }
}
