package org.sola.parity;

import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.NDScope;
import ai.djl.ndarray.types.Shape;
import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.sola.mask.Box;
import org.sola.mask.ConnectedComponents;
import org.sola.mask.Mask;
import org.sola.mask.Rle;
import org.sola.sam2.BoxNms;
import org.sola.sam2.CropGrid;
import org.sola.sam2.MaskCandidate;
import org.sola.sam2.MaskGeneratorSettings;
import org.sola.sam2.NativeMasks;
import org.sola.tensor.Kernels;

/** The automatic mask generator's parts without a network, and the clean-up of masks. */
final class Sam2MaskGeneratorRunner implements ParityRunner {
    private static final float THRESHOLD = 0f;
    private static final float OFFSET = 1f;

    @Override
    public boolean accepts(ParityCase parityCase) {
        return parityCase.has("out.stability") && parityCase.has("out.nms_keep");
    }

    @Override
    public void run(ParityCase parityCase, Checks checks) throws Exception {
        try (var manager = NDManager.newBaseManager("PyTorch");
                var scope = new NDScope()) {
            scope.suppressNotUsedWarning();
            var run = new Run(parityCase, checks, Maps.read(parityCase, "in.logits"));
            run.candidates();
            run.suppression();
            run.crops();
            run.regions();
            run.resizing(manager);
        }
        defaults(parityCase.json(), checks);
    }

    /** N maps of H x W values. */
    private record Maps(int n, int height, int width, float[] values) {
        static Maps read(ParityCase parityCase, String tensor) throws IOException {
            long[] shape = parityCase.shape(tensor);
            return new Maps((int) shape[0], (int) shape[1], (int) shape[2], parityCase.values(tensor));
        }

        Mask mask(int i) {
            return MaskCandidate.mask(values, i, height, width, THRESHOLD);
        }
    }

    private record Run(ParityCase parityCase, Checks checks, Maps logits) {
        /** Stability, masks, boxes and run lengths of each map of logits. */
        void candidates() throws IOException {
            int pixels = logits.height() * logits.width();
            var stability = new float[logits.n()];
            var boxes = new float[logits.n() * 4];
            var masks = new ArrayList<Mask>();
            for (int i = 0; i < logits.n(); i++) {
                float value = MaskCandidate.stability(logits.values(), i, pixels, THRESHOLD, OFFSET);
                stability[i] = Float.isNaN(value) ? -1 : value; // as the case stores it
                var mask = logits.mask(i);
                masks.add(mask);
                int[] box = MaskCandidate.inclusiveBox(mask);
                for (int side = 0; side < 4; side++) {
                    boxes[4 * i + side] = box[side];
                }
                var rle = Rle.encode(mask);
                var rules = parityCase.json().path("rle");
                checks.fact(
                        "rle.uncompressed",
                        Arrays.equals(
                                rle.counts(), longs(rules.path("uncompressed").path(i))));
                checks.fact(
                        "rle.compressed",
                        rle.compressed().equals(rules.path("compressed").path(i).asText()));
                checks.fact(
                        "area",
                        rle.areaPixels()
                                == parityCase.json().path("area").path(i).asLong());
            }
            checks.tensor("out.stability", stability, logits.n());
            checks.tensor("out.mask", bytes(masks), logits.n(), logits.height(), logits.width());
            checks.tensor("out.boxes", boxes, logits.n(), 4);
        }

        void suppression() throws IOException {
            float[] ious = parityCase.values("in.iou_preds");
            var boxes = new float[logits.n()][];
            for (int i = 0; i < boxes.length; i++) {
                boxes[i] = floats(MaskCandidate.inclusiveBox(logits.mask(i)));
            }
            keeps("out.nms_keep", BoxNms.keep(boxes, ious, limit("out.nms_keep", "threshold ([0-9.]+)")));

            float[] flat = parityCase.values("in.nms_boxes");
            var given = new float[flat.length / 4][];
            for (int i = 0; i < given.length; i++) {
                given[i] = Arrays.copyOfRange(flat, 4 * i, 4 * i + 4);
            }
            float at = limit("out.nms_boxes_keep", "NMS at ([0-9.]+)");
            keeps("out.nms_boxes_keep", BoxNms.keep(given, parityCase.values("in.nms_scores"), at));

            float minIou = limit("out.filtered", "iou > ([0-9.]+)");
            float minStability = limit("out.filtered", "stability >= ([0-9.]+)");
            int pixels = logits.height() * logits.width();
            int[] left = IntStream.range(0, logits.n())
                    .filter(i -> ious[i] > minIou
                            && MaskCandidate.stability(logits.values(), i, pixels, THRESHOLD, OFFSET) >= minStability)
                    .toArray();
            var leftBoxes = Arrays.stream(left).mapToObj(i -> boxes[i]).toArray(float[][]::new);
            var leftIous = new float[left.length];
            for (int i = 0; i < left.length; i++) {
                leftIous[i] = ious[left[i]];
            }
            int[] kept = BoxNms.keep(leftBoxes, leftIous, limit("out.filtered", "NMS ([0-9.]+)"));
            keeps("out.filtered", Arrays.stream(kept).map(i -> left[i]).toArray());
        }

        /** The numbers are in the sentence that explains the tensor. */
        private float limit(String tensor, String pattern) throws IOException {
            String meaning = parityCase.about(tensor).path("meaning").asText();
            var matcher = Pattern.compile(pattern).matcher(meaning);
            if (!matcher.find()) {
                throw new IOException(parityCase.name() + ": " + tensor + " does not say \"" + pattern + "\"");
            }
            return Float.parseFloat(matcher.group(1));
        }

        private void keeps(String tensor, int[] indices) throws IOException {
            checks.tensor(tensor, floats(indices), indices.length);
        }

        void crops() throws IOException {
            var ratio = parityCase.json().path("crop_overlap_ratio").asText().split("/");
            double overlap = Double.parseDouble(ratio[0]) / Double.parseDouble(ratio[1]);
            for (var entry : parityCase.json().path("crop_boxes").properties()) {
                var matcher = Pattern.compile("(\\d+)x(\\d+),layers=(\\d+)").matcher(entry.getKey());
                if (!matcher.matches()) {
                    throw new IOException(parityCase.name() + ": crop_boxes has the unknown key " + entry.getKey());
                }
                var crops = CropGrid.crops(
                        Integer.parseInt(matcher.group(1)),
                        Integer.parseInt(matcher.group(2)),
                        Integer.parseInt(matcher.group(3)),
                        overlap);
                checks.fact("crop_boxes " + entry.getKey(), equal(crops, entry.getValue()));
            }
            var matcher = Pattern.compile("crop \\[([0-9, ]+)\\].*image \\[([0-9, ]+)\\]")
                    .matcher(parityCase
                            .about("out.near_crop_edge")
                            .path("meaning")
                            .asText());
            if (!matcher.find()) {
                throw new IOException(parityCase.name() + ": out.near_crop_edge does not name its crop and image");
            }
            int[] crop = ints(matcher.group(1));
            int[] image = ints(matcher.group(2));
            var cropped = new CropGrid.Crop(new Box(crop[0], crop[1], crop[2], crop[3]), 1);
            var near = new float[logits.n()];
            for (int i = 0; i < near.length; i++) {
                near[i] = cropped.cuts(MaskCandidate.inclusiveBox(logits.mask(i)), image[3], image[2]) ? 1 : 0;
            }
            checks.tensor("out.near_crop_edge", near, near.length);
            for (var tensor : parityCase.tensorNames("out.grid_")) {
                var points = CropGrid.points(Integer.parseInt(tensor.substring("out.grid_".length())));
                var flat = new float[points.length * 2];
                for (int i = 0; i < flat.length; i++) {
                    flat[i] = (float) points[i / 2][i % 2];
                }
                checks.tensor(tensor, flat, points.length, 2);
            }
            var perLayer = parityCase.json().path("grid_points_per_layer_for_9_per_side_2_layers_scale_2");
            for (int layer = 0; layer < perLayer.size(); layer++) {
                int perSide = CropGrid.pointsPerSide(9, layer, 2);
                checks.fact(
                        "grid points of layer " + layer,
                        perSide * perSide == perLayer.get(layer).asInt());
            }
        }

        void regions() throws IOException {
            var matcher = Pattern.compile("mask, (\\d+),")
                    .matcher(parityCase
                            .about("out.regions_holes")
                            .path("meaning")
                            .asText());
            if (!matcher.find()) {
                throw new IOException(parityCase.name() + ": out.regions_holes does not name its area");
            }
            int smallest = Integer.parseInt(matcher.group(1));
            var maps = Maps.read(parityCase, "in.regions");
            var holes = new ArrayList<Mask>();
            var islands = new ArrayList<Mask>();
            var both = new ArrayList<Mask>();
            for (int i = 0; i < maps.n(); i++) {
                var mask = maps.mask(i);
                holes.add(ConnectedComponents.fillHoles(mask, smallest - 1));
                islands.add(ConnectedComponents.removeIslands(mask, smallest - 1));
                both.add(ConnectedComponents.removeIslands(holes.get(i), smallest - 1));
            }
            checks.tensor("out.regions_holes", bytes(holes), maps.n(), maps.height(), maps.width());
            checks.tensor("out.regions_islands", bytes(islands), maps.n(), maps.height(), maps.width());
            checks.tensor("out.regions_both", bytes(both), maps.n(), maps.height(), maps.width());

            var fill = Maps.read(parityCase, "in.fill_logits");
            int area = (int) limit("out.fill_logits", "area <= (\\d+)");
            int pixels = fill.height() * fill.width();
            var filled = new float[fill.values().length];
            for (int i = 0; i < fill.n(); i++) {
                float[] map = Arrays.copyOfRange(fill.values(), i * pixels, (i + 1) * pixels);
                System.arraycopy(
                        NativeMasks.fillHoles(map, fill.height(), fill.width(), area), 0, filled, i * pixels, pixels);
            }
            checks.tensor("out.fill_logits", filled, fill.n(), fill.height(), fill.width());
        }

        void resizing(NDManager manager) throws IOException {
            int h = logits.height();
            int w = logits.width();
            int objects = (int) parityCase.shape("out.non_overlap")[0];
            var all = manager.create(logits.values(), new Shape(logits.n(), 1, h, w));
            checks.tensor(
                    "out.non_overlap",
                    NativeMasks.logits(all.get(":" + objects), h, w, true).toFloatArray(),
                    objects,
                    h,
                    w);
            long[] up = parityCase.shape("out.bilinear_up");
            var first = all.get(":" + up[0]);
            checks.tensor(
                    "out.bilinear_up", Kernels.bilinear(first, up[1], up[2]).squeeze(1));
            var prompts = first.gt(0f).toType(ai.djl.ndarray.types.DataType.FLOAT32, false);
            long[] down = parityCase.shape("out.bilinear_antialias_down");
            var signed = prompts.mul(20f).sub(10f);
            checks.tensor(
                    "out.bilinear_antialias_down",
                    Kernels.bilinearAntialiased(signed, down[1], down[2]).squeeze(1));
            long[] prompt = parityCase.shape("out.mask_prompt_resize");
            var resized =
                    Kernels.bilinearAntialiased(prompts, prompt[1], prompt[2]).gte(0.5f);
            checks.tensor("out.mask_prompt_resize", resized.squeeze(1));
        }
    }

    private static void defaults(JsonNode json, Checks checks) {
        var want = json.path("defaults");
        var got = MaskGeneratorSettings.defaults();
        checks.fact(
                "defaults",
                got.pointsPerSide() == want.path("points_per_side").asInt()
                        && got.pointsPerBatch() == want.path("points_per_batch").asInt()
                        && got.predictedIouThreshold()
                                == (float) want.path("pred_iou_thresh").asDouble()
                        && got.stabilityThreshold()
                                == (float) want.path("stability_score_thresh").asDouble()
                        && got.stabilityOffset()
                                == (float) want.path("stability_score_offset").asDouble()
                        && got.maskThreshold()
                                == (float) want.path("mask_threshold").asDouble()
                        && got.boxNmsThreshold()
                                == (float) want.path("box_nms_thresh").asDouble()
                        && got.cropLayers() == want.path("crop_n_layers").asInt()
                        && got.cropNmsThreshold()
                                == (float) want.path("crop_nms_thresh").asDouble()
                        && got.minMaskRegionPixels()
                                == want.path("min_mask_region_area").asInt()
                        && got.isMultimask() == want.path("multimask_output").asBoolean()
                        && got.refinesMasks() == want.path("use_m2m").asBoolean());
    }

    private static boolean equal(List<CropGrid.Crop> crops, JsonNode want) {
        if (crops.size() != want.path("boxes").size()) {
            return false;
        }
        for (int i = 0; i < crops.size(); i++) {
            var box = crops.get(i).box();
            long[] expected = longs(want.path("boxes").get(i));
            if (!Arrays.equals(expected, new long[] {box.x0(), box.y0(), box.x1(), box.y1()})
                    || crops.get(i).layer() != want.path("layer").get(i).asInt()) {
                return false;
            }
        }
        return true;
    }

    private static float[] bytes(List<Mask> masks) {
        int pixels = masks.get(0).height() * masks.get(0).width();
        var values = new float[masks.size() * pixels];
        for (int i = 0; i < masks.size(); i++) {
            byte[] bytes = masks.get(i).toBytes();
            for (int j = 0; j < pixels; j++) {
                values[i * pixels + j] = bytes[j];
            }
        }
        return values;
    }

    private static long[] longs(JsonNode list) {
        var values = new long[list.size()];
        for (int i = 0; i < values.length; i++) {
            values[i] = list.get(i).asLong();
        }
        return values;
    }

    private static float[] floats(int[] values) {
        var floats = new float[values.length];
        for (int i = 0; i < values.length; i++) {
            floats[i] = values[i];
        }
        return floats;
    }

    private static int[] ints(String list) {
        return Arrays.stream(list.split(","))
                .map(String::strip)
                .mapToInt(Integer::parseInt)
                .toArray();
    }
}
