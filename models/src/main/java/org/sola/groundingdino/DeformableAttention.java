package org.sola.groundingdino;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import org.sola.layer.Linear;
import org.sola.layer.Scoped;
import org.sola.tensor.EngineMemory;
import org.sola.tensor.Kernels;
import org.sola.tensor.Weights;

/**
 * Attention to a few learned places of every level (Deformable DETR, Zhu et al. 2021). Q queries, N rows of all levels,
 * h heads, L levels, P points, C channels.
 */
final class DeformableAttention {
    private final Linear offsets;
    private final Linear attention;
    private final Linear valueProj;
    private final Linear outputProj;
    private final int heads;
    private final int levels;
    private final int points;

    private DeformableAttention(GroundingDinoConfig config, Weights weights) {
        int channels = config.hiddenDim();
        this.heads = config.heads();
        this.levels = config.levels();
        this.points = config.points();
        long samples = (long) heads * levels * points;
        this.offsets = Linear.of(weights.at("sampling_offsets"), channels, 2 * samples);
        this.attention = Linear.of(weights.at("attention_weights"), channels, samples);
        this.valueProj = Linear.of(weights.at("value_proj"), channels, channels);
        this.outputProj = Linear.of(weights.at("output_proj"), channels, channels);
    }

    static DeformableAttention of(GroundingDinoConfig config, Weights weights) {
        return new DeformableAttention(config, weights);
    }

    /** query (Q, C) around {@code points} (Q, 2) in 0..1 of the image, value (N, C), to (Q, C). */
    NDArray aroundPoints(NDArray query, NDArray value, Levels sizes, NDArray reference) {
        var centre = reference.reshape(-1, 1, 1, 2);
        return forward(query, value, sizes, (level, offset) -> {
            var cell = pair(
                    query.getManager(),
                    1f / sizes.size(level).width(),
                    1f / sizes.size(level).height());
            return offset.mul(cell).add(centre);
        });
    }

    /** query (Q, C) within boxes (Q, 4) of centre x, centre y, width, height in 0..1, value (N, C), to (Q, C). */
    NDArray withinBoxes(NDArray query, NDArray value, Levels sizes, NDArray boxes) {
        var centre = boxes.get(":, 0:2").reshape(-1, 1, 1, 2);
        var reach = boxes.get(":, 2:4").reshape(-1, 1, 1, 2).mul(0.5f / points);
        return forward(query, value, sizes, (level, offset) -> offset.mul(reach).add(centre));
    }

    private static NDArray pair(NDManager manager, float x, float y) {
        return EngineMemory.of(manager, new float[] {x, y}, new Shape(1, 1, 1, 2));
    }

    /** Where a level is sampled: offsets (Q, h, P, 2) to places in 0..1 of the same shape. */
    @FunctionalInterface
    private interface Places {
        NDArray of(int level, NDArray offset);
    }

    private NDArray forward(NDArray query, NDArray value, Levels sizes, Places places) {
        return Scoped.array(() -> {
            long n = query.getShape().get(0);
            var rows = valueProj.forward(value).reshape(value.getShape().get(0), heads, -1);
            var all = offsets.forward(query).reshape(n, heads, levels, points, 2);
            var weights = attention
                    .forward(query)
                    .reshape(n, heads, (long) levels * points)
                    .softmax(2)
                    .reshape(n, heads, levels, points);
            NDArray sum = null;
            for (int l = 0; l < levels; l++) {
                int level = l;
                // one level at a time: the samples of all of them would be four times as much memory
                var part = Scoped.array(() -> sample(
                        level,
                        rows,
                        sizes,
                        places.of(level, all.get(":, :, {}", level)),
                        weights.get(":, :, {}", level)));
                sum = sum == null ? part : sum.addi(part);
            }
            return outputProj.forward(
                    sum.reshape((long) heads * sum.getShape().get(1), n).transpose());
        });
    }

    /** rows (N, h, C / h) at {@code places} (Q, h, P, 2), weighted (Q, h, P), to (h, C / h, Q). */
    private NDArray sample(int level, NDArray rows, Levels sizes, NDArray places, NDArray weights) {
        var size = sizes.size(level);
        int start = sizes.start(level);
        var map = rows.get(start + ":" + (start + size.area()))
                .transpose(1, 2, 0)
                .reshape(heads, -1, size.height(), size.width());
        return Kernels.weightedSamples(
                map, places.transpose(1, 0, 2, 3), weights.transpose(1, 0, 2).expandDims(1));
    }
}
