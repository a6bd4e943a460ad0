package org.sola.layer;

import ai.djl.ndarray.NDArray;
import java.util.Optional;
import org.sola.tensor.Init;
import org.sola.tensor.Kernels;
import org.sola.tensor.Weights;

/** Multi-head attention whose input projections are stacked in one matrix, torch's {@code MultiheadAttention}. */
public final class PackedAttention {
    private final NDArray weight; // (3 E, E)
    private final NDArray bias; // (3 E)
    private final Linear outProj;
    private final int channels;
    private final int heads;

    private PackedAttention(NDArray weight, NDArray bias, Linear outProj, int channels, int heads) {
        this.weight = weight;
        this.bias = bias;
        this.outProj = outProj;
        this.channels = channels;
        this.heads = heads;
    }

    public static PackedAttention of(Weights weights, int channels, int heads) {
        return new PackedAttention(
                weights.get("in_proj_weight", Init.uniform(Math.sqrt(6.0 / (4 * channels))), 3L * channels, channels),
                weights.get("in_proj_bias", Init.constant(0), 3L * channels),
                Linear.of(weights.at("out_proj"), channels, channels),
                channels,
                heads);
    }

    /**
     * N may be left out everywhere.
     *
     * @param q (N, L, E)
     * @param k (N, S, E)
     * @param v (N, S, E)
     * @param mask what is added to the products, (N, 1, L, S)
     * @return (N, L, E)
     */
    public NDArray forward(NDArray q, NDArray k, NDArray v, Optional<NDArray> mask) {
        var queries = split(q, 0);
        var keys = split(k, 1);
        var values = split(v, 2);
        var attended = mask.isPresent()
                ? Kernels.maskedAttention(queries, keys, values, mask.get(), 0)
                : Kernels.scaledDotProductAttention(queries, keys, values); // (N, h, L, E / h)
        return outProj.forward(attended.transpose(0, 2, 1, 3).reshape(q.getShape()));
    }

    /** Projects by the {@code part}-th third: (N, L, E) to (N, h, L, E / h). */
    private NDArray split(NDArray x, int part) {
        String third = part * channels + ":" + (part + 1) * channels;
        var projected = Linear.apply(x, weight.get(third), bias.get(third));
        long rows = x.getShape().get(x.getShape().dimension() - 2);
        return projected.reshape(-1, rows, heads, channels / heads).transpose(0, 2, 1, 3);
    }
}
