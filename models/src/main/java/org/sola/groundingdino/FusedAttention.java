package org.sola.groundingdino;

import ai.djl.ndarray.NDArray;
import java.util.Optional;
import org.sola.layer.Linear;
import org.sola.tensor.Kernels;
import org.sola.tensor.Weights;

/** PyTorch's own multi-head attention, whose three projections are one matrix. Q queries, S keys, C channels, h heads. */
final class FusedAttention {
    private final NDArray inWeight;
    private final NDArray inBias;
    private final Linear outProj;
    private final long channels;
    private final int heads;

    private FusedAttention(NDArray inWeight, NDArray inBias, Linear outProj, long channels, int heads) {
        this.inWeight = inWeight;
        this.inBias = inBias;
        this.outProj = outProj;
        this.channels = channels;
        this.heads = heads;
    }

    static FusedAttention of(Weights weights, long channels, int heads) {
        return new FusedAttention(
                weights.get("in_proj_weight", 3 * channels, channels),
                weights.get("in_proj_bias", 3 * channels),
                Linear.of(weights.at("out_proj"), channels, channels),
                channels,
                heads);
    }

    /** q (Q, C), k and v (S, C) to (Q, C); {@code mask} (Q, S) is added to the products. */
    NDArray forward(NDArray q, NDArray k, NDArray v, Optional<NDArray> mask) {
        var queries = project(q, 0);
        var keys = project(k, 1);
        var values = project(v, 2);
        var attended = mask.isPresent()
                ? Kernels.maskedAttention(queries, keys, values, mask.get(), 0)
                : Kernels.scaledDotProductAttention(queries, keys, values); // (1, h, Q, C / h)
        return outProj.forward(attended.transpose(0, 2, 1, 3).reshape(-1, channels));
    }

    private NDArray project(NDArray x, int part) {
        String rows = part * channels + ":" + (part + 1) * channels;
        return ai.djl.nn.core.Linear.linear(x, inWeight.get(rows), inBias.get(rows))
                .singletonOrThrow()
                .reshape(1, -1, heads, channels / heads)
                .transpose(0, 2, 1, 3);
    }
}
