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
        return Scoped.array(() -> {
            var cells = cells(query.getManager(), sizes);
            return forward(query, value, sizes, (offset, from, to) -> offset.mul(cells)
                    .add(RowChunks.rows(reference, from, to).reshape(-1, 1, 1, 1, 2)));
        });
    }

    /** query (Q, C) within boxes (Q, 4) of centre x, centre y, width, height in 0..1, value (N, C), to (Q, C). */
    NDArray withinBoxes(NDArray query, NDArray value, Levels sizes, NDArray boxes) {
        return forward(query, value, sizes, (offset, from, to) -> {
            var some = RowChunks.rows(boxes, from, to).reshape(-1, 1, 1, 1, 4);
            var reach = some.get(":, :, :, :, 2:4").mul(0.5f / points);
            return offset.mul(reach).add(some.get(":, :, :, :, 0:2"));
        });
    }

    /** Width and height of a cell of each level: (1, 1, L, 1, 2). */
    private NDArray cells(NDManager manager, Levels sizes) {
        var cells = new float[2 * levels];
        for (int l = 0; l < levels; l++) {
            cells[2 * l] = 1f / sizes.size(l).width();
            cells[2 * l + 1] = 1f / sizes.size(l).height();
        }
        return EngineMemory.of(manager, cells, new Shape(1, 1, levels, 1, 2));
    }

    /** Where queries look: offsets (q, h, L, P, 2) of the queries {@code from} to {@code to}, to places in 0..1. */
    @FunctionalInterface
    private interface Places {
        NDArray of(NDArray offset, long from, long to);
    }

    private NDArray forward(NDArray query, NDArray value, Levels sizes, Places places) {
        return Scoped.array(() -> {
            var rows = valueProj.forward(value).reshape(value.getShape().get(0), heads, -1);
            var maps = sizes.table(query.getManager());
            return RowChunks.join(query.getShape().get(0), (from, to) -> {
                var some = RowChunks.rows(query, from, to);
                var offset = offsets.forward(some).reshape(to - from, heads, levels, points, 2);
                var weights = attention
                        .forward(some)
                        .reshape(to - from, heads, (long) levels * points)
                        .softmax(2)
                        .reshape(to - from, heads, levels, points);
                return outputProj.forward(
                        Kernels.sampleRows(rows, places.of(offset, from, to), weights, maps)); // (q, C)
            });
        });
    }
}
