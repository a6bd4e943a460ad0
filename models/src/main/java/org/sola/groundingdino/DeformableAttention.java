package org.sola.groundingdino;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import org.sola.layer.Linear;
import org.sola.layer.Scoped;
import org.sola.tensor.EngineMemory;
import org.sola.tensor.Kernels;
import org.sola.tensor.Weights;

/**
 * Attention to a few learned places of every level (Deformable DETR, Zhu et al. 2021). B images, Q queries, N rows of all
 * levels of all images, h heads, L levels, P points, C channels.
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

    /** A query a cell, (N, C), around these points (N, 2) in 0..1 of their image; value (N, C); to (N, C). */
    NDArray aroundPoints(NDArray query, NDArray value, Batch batch, NDArray reference) {
        return Scoped.array(() -> {
            var rows = values(value);
            var parts = new NDList();
            for (int b = 0; b < batch.size(); b++) {
                var cells = cells(query.getManager(), batch.levels(b));
                parts.add(forward(
                        batch.ofImage(query, b),
                        rows,
                        batch.table(query.getManager(), b),
                        placesAround(batch.ofImage(reference, b), cells)));
            }
            return batch.size() == 1 ? parts.get(0) : NDArrays.concat(parts, 0);
        });
    }

    private static Places placesAround(NDArray reference, NDArray cells) {
        return (offset, from, to) ->
                offset.mul(cells).add(RowChunks.rows(reference, from, to).reshape(-1, 1, 1, 1, 2));
    }

    /**
     * Queries within boxes.
     *
     * @param query (B, Q, C)
     * @param boxes (B, Q, 4) of centre x, centre y, width, height in 0..1
     * @param value (N, C)
     * @return (B, Q, C)
     */
    NDArray withinBoxes(NDArray query, NDArray value, Batch batch, NDArray boxes) {
        return Scoped.array(() -> {
            var rows = values(value);
            var parts = new NDList();
            for (int b = 0; b < batch.size(); b++) {
                var own = boxes.get(b);
                parts.add(forward(query.get(b), rows, batch.table(query.getManager(), b), (offset, from, to) -> {
                    var some = RowChunks.rows(own, from, to).reshape(-1, 1, 1, 1, 4);
                    var reach = some.get(":, :, :, :, 2:4").mul(0.5f / points);
                    return offset.mul(reach).add(some.get(":, :, :, :, 0:2"));
                }));
            }
            return NDArrays.stack(parts, 0);
        });
    }

    private NDArray values(NDArray value) {
        return valueProj.forward(value).reshape(value.getShape().get(0), heads, -1);
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

    /** The queries (Q, C) of one image, whose maps lie in {@code rows} (N, h, C / h) where {@code maps} says, to (Q, C). */
    private NDArray forward(NDArray query, NDArray rows, NDArray maps, Places places) {
        return RowChunks.join(query.getShape().get(0), (from, to) -> {
            var some = RowChunks.rows(query, from, to);
            var offset = offsets.forward(some).reshape(to - from, heads, levels, points, 2);
            var weights = attention
                    .forward(some)
                    .reshape(to - from, heads, (long) levels * points)
                    .softmax(2)
                    .reshape(to - from, heads, levels, points);
            return outputProj.forward(Kernels.sampleRows(rows, places.of(offset, from, to), weights, maps)); // (q, C)
        });
    }
}
