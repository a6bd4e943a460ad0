package org.sola.selector;

import ai.djl.ndarray.NDArray;
import org.sola.layer.Linear;
import org.sola.tensor.Kernels;
import org.sola.tensor.Precision;
import org.sola.tensor.Weights;

/**
 * Multi-head attention in separate steps, so that what does not depend on the expression is projected once. B batch, L
 * queries, S keys, D channels, h heads.
 */
final class Attention {
    private final Linear qProj;
    private final Linear kProj;
    private final Linear vProj;
    private final Linear outProj;
    private final int heads;
    private final double dropout;
    private final Precision precision;

    private Attention(
            Linear qProj, Linear kProj, Linear vProj, Linear outProj, int heads, double dropout, Precision precision) {
        this.qProj = qProj;
        this.kProj = kProj;
        this.vProj = vProj;
        this.outProj = outProj;
        this.heads = heads;
        this.dropout = dropout;
        this.precision = precision;
    }

    static Attention of(SelectorConfig config, Weights weights, Precision precision) {
        int outer = config.langTokenDim();
        int inner = config.attentionDim();
        return new Attention(
                Linear.of(weights.at("q_proj"), outer, inner),
                Linear.of(weights.at("k_proj"), outer, inner),
                Linear.of(weights.at("v_proj"), outer, inner),
                Linear.of(weights.at("out_proj"), inner, outer),
                config.heads(),
                config.attentionDropout(),
                precision);
    }

    /** q and k from {@code positioned}, v from {@code x}, both (B, L, D), to (B, L, D). */
    NDArray self(NDArray positioned, NDArray x, boolean training) {
        var q = queries(positioned);
        var k = keys(positioned);
        var v = values(x);
        return merge(
                training && dropout > 0
                        ? Kernels.attentionWithDropout(q, k, v, dropout)
                        : Kernels.scaledDotProductAttention(q, k, v));
    }

    /** The same among rows of which {@code hidden} (B, 1, 1, L) hides some: 0 where one is seen, -infinity where not. */
    NDArray self(NDArray positioned, NDArray x, NDArray hidden, boolean training) {
        return masked(queries(positioned), keys(positioned), values(x), hidden, training);
    }

    /** Projected q (B, h, L, ..), k and v (B, h, S, ..) and a mask (B, 1, 1, S) of 0 and -infinity to (B, L, D). */
    NDArray masked(NDArray q, NDArray k, NDArray v, NDArray mask, boolean training) {
        return merge(Kernels.maskedAttention(q, k, v, mask, training ? dropout : 0));
    }

    NDArray queries(NDArray x) {
        return split(project(qProj, x));
    }

    NDArray keys(NDArray x) {
        return split(project(kProj, x));
    }

    NDArray values(NDArray x) {
        return split(project(vProj, x));
    }

    private NDArray project(Linear projection, NDArray x) {
        return precision == Precision.FLOAT32
                ? projection.forward(x)
                : precision.linear(x, projection.weight(), projection.bias());
    }

    private NDArray split(NDArray x) {
        var shape = x.getShape();
        return x.reshape(shape.get(0), shape.get(1), heads, -1).transpose(0, 2, 1, 3);
    }

    private NDArray merge(NDArray attended) {
        var shape = attended.getShape();
        return project(outProj, attended.transpose(0, 2, 1, 3).reshape(shape.get(0), shape.get(2), -1));
    }
}
