package org.sola.parity;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.sola.cutie.CutieConfig;
import org.sola.cutie.ObjectMask;
import org.sola.mask.Mask;
import org.sola.tensor.EngineMemory;
import org.sola.tensor.FormulaWeights;

/** What Cutie's cases have in common: the network's sizes, frames by formula, masks of object ids. */
final class CutieCases {
    private static final Pattern FORMULA = Pattern.compile(
            "formula\\(name \"([^\"]+)\", shape \\[([^\\]]+)\\], offset ([-0-9.e]+), scale ([-0-9.e]+)\\)");
    private static final Pattern CROP = Pattern.compile("frames\\[:, :, :(\\d+), :(\\d+)\\]");
    private static final Pattern DIMS = Pattern.compile("(resnet\\d+).*");
    private static final int STEM = 64;
    private static final Map<String, List<Integer>> BLOCKS =
            Map.of("resnet18", List.of(2, 2, 2), "resnet50", List.of(3, 4, 6));

    private CutieCases() {}

    /** The sizes that the case states. */
    static CutieConfig config(ParityCase parityCase) throws IOException {
        var json = parityCase.json().path("config");
        var transformer = json.path("object_transformer");
        var decoderDims = new ArrayList<Integer>();
        json.path("mask_decoder_up_dims").forEach(dim -> decoderDims.add(dim.asInt()));
        return new CutieConfig(
                parityCase.name(),
                json.path("pixel_dim").asInt(),
                json.path("key_dim").asInt(),
                json.path("value_dim").asInt(),
                json.path("sensory_dim").asInt(),
                json.path("embed_dim").asInt(),
                backbone(parityCase, json.path("pixel_encoder").asText()),
                backbone(parityCase, json.path("mask_encoder").asText()),
                json.path("pixel_pe_scale").asDouble(),
                json.path("pixel_pe_temperature").asDouble(),
                new CutieConfig.Transformer(
                        transformer.path("num_blocks").asInt(),
                        transformer.path("num_heads").asInt(),
                        transformer.path("num_queries").asInt(),
                        transformer.path("ff_dim").asInt()),
                decoderDims);
    }

    private static CutieConfig.Backbone backbone(ParityCase parityCase, String told) throws IOException {
        var matcher = DIMS.matcher(told);
        if (!matcher.matches() || !BLOCKS.containsKey(matcher.group(1))) {
            throw new IOException(parityCase.name() + ": \"" + told + "\" names no known encoder");
        }
        return new CutieConfig.Backbone(matcher.group(1).equals("resnet50"), STEM, BLOCKS.get(matcher.group(1)));
    }

    /**
     * Frames by formula: a coarse part, every value eight pixels a side, and a fine one.
     *
     * @param told where both formulas stand, the coarse one first
     * @param crop {@code frames[:, :, :H, :W]} or anything else for all
     * @return a frame each, (1, 3, H, W)
     */
    static List<NDArray> frames(ParityCase parityCase, NDManager manager, String told, String crop, int count)
            throws IOException {
        var matcher = FORMULA.matcher(told);
        var parts = new ArrayList<float[]>();
        var shapes = new ArrayList<long[]>();
        while (matcher.find()) {
            long[] shape = Arrays.stream(matcher.group(2).split(","))
                    .map(String::strip)
                    .mapToLong(text -> text.equals("T") ? count : Long.parseLong(text))
                    .toArray();
            shapes.add(shape);
            parts.add(FormulaWeights.values(
                    matcher.group(1),
                    Math.toIntExact(new Shape(shape).size()),
                    parityCase.seed(),
                    Double.parseDouble(matcher.group(3)),
                    Double.parseDouble(matcher.group(4))));
        }
        if (parts.size() != 2) {
            throw new IOException(parityCase.name() + ": expected two formulas of frames in \"" + told + "\"");
        }
        int height = (int) shapes.get(1)[2];
        int width = (int) shapes.get(1)[3];
        var cut = CROP.matcher(crop);
        int keptHeight = cut.matches() ? Integer.parseInt(cut.group(1)) : height;
        int keptWidth = cut.matches() ? Integer.parseInt(cut.group(2)) : width;
        int factor = height / (int) shapes.get(0)[2];
        var frames = new ArrayList<NDArray>();
        for (int t = 0; t < count; t++) {
            var values = new float[3 * keptHeight * keptWidth];
            int i = 0;
            for (int c = 0; c < 3; c++) {
                int plane = t * 3 + c;
                for (int y = 0; y < keptHeight; y++) {
                    for (int x = 0; x < keptWidth; x++) {
                        float coarse =
                                parts.get(0)[(plane * (height / factor) + y / factor) * (width / factor) + x / factor];
                        values[i++] = coarse + parts.get(1)[(plane * height + y) * width + x];
                    }
                }
            }
            frames.add(EngineMemory.of(manager, values, new Shape(1, 3, keptHeight, keptWidth)));
        }
        return frames;
    }

    /** The stored frames' sample must be that of the frames made here. */
    static void checkFrames(ParityCase parityCase, Checks checks, String name, List<NDArray> frames, int step)
            throws IOException {
        float[] want = parityCase.values(name);
        int i = 0;
        boolean holds = true;
        for (var frame : frames) {
            var shape = frame.getShape();
            float[] values = frame.toFloatArray();
            for (int c = 0; c < 3; c++) {
                for (int y = 0; y < shape.get(2); y += step) {
                    for (int x = 0; x < shape.get(3); x += step) {
                        holds &= values[(int) ((c * shape.get(2) + y) * shape.get(3) + x)] == want[i++];
                    }
                }
            }
        }
        checks.fact(name, holds && i == want.length);
    }

    /** The masks of some objects in a stored map of object ids. */
    static List<ObjectMask> masks(ParityCase parityCase, String tensor, JsonNode objects) throws IOException {
        var ids = new ArrayList<Integer>();
        objects.forEach(id -> ids.add(id.asInt()));
        return masks(parityCase, tensor, ids);
    }

    /** The same for objects by name. */
    static List<ObjectMask> masks(ParityCase parityCase, String tensor, List<Integer> objects) throws IOException {
        float[] values = parityCase.values(tensor);
        long[] shape = parityCase.shape(tensor);
        int width = (int) shape[1];
        var masks = new ArrayList<ObjectMask>();
        for (int id : objects) {
            masks.add(
                    new ObjectMask(id, Mask.of((int) shape[0], width, (y, x) -> values[y * width + x] == (float) id)));
        }
        return masks;
    }

    /** Counts of a map of object ids. */
    static Map<Integer, Long> areas(List<ObjectMask> masks) {
        var areas = new HashMap<Integer, Long>();
        masks.forEach(each -> areas.put(each.objectId(), each.mask().areaPixels()));
        return areas;
    }
}
