package org.sola.layer;

import ai.djl.ndarray.NDArray;
import org.sola.tensor.Kernels;
import org.sola.tensor.Weights;

/**
 * Attention with separate {@code q_proj}, {@code k_proj}, {@code v_proj} and {@code out_proj}; the heads may work in a
 * narrower inner width. B batch, L queries, S keys, C channels, I inner width, h heads.
 */
public final class MultiHeadAttention {
    private final Linear qProj;
    private final Linear kProj;
    private final Linear vProj;
    private final Linear outProj;
    private final int heads;

    private MultiHeadAttention(Linear qProj, Linear kProj, Linear vProj, Linear outProj, int heads) {
        this.qProj = qProj;
        this.kProj = kProj;
        this.vProj = vProj;
        this.outProj = outProj;
        this.heads = heads;
    }

    public static MultiHeadAttention of(Weights weights, long channels, long inner, int heads) {
        return new MultiHeadAttention(
                Linear.of(weights.at("q_proj"), channels, inner),
                Linear.of(weights.at("k_proj"), channels, inner),
                Linear.of(weights.at("v_proj"), channels, inner),
                Linear.of(weights.at("out_proj"), inner, channels),
                heads);
    }

    /**
     * q (B, L, C), k and v (B, S, C) to (B, L, C). A side of smaller batch F serves B / F consecutive rows each, and is
     * projected only once.
     */
    public NDArray forward(NDArray q, NDArray k, NDArray v) {
        long inner = qProj.bias().size();
        long queries = q.getShape().get(1);
        long keys = k.getShape().get(1);
        if (heads * queries < inner && queries < keys) {
            var attended =
                    Kernels.fewQueries(qProj.forward(q), k, v, kProj.weight(), vProj.weight(), vProj.bias(), heads);
            return outProj.forward(attended);
        }
        if (heads * keys < inner && keys < queries) {
            return Kernels.fewKeys(
                    q,
                    kProj.forward(k),
                    vProj.forward(v),
                    qProj.weight(),
                    qProj.bias(),
                    outProj.weight(),
                    outProj.bias(),
                    heads);
        }
        return project(q, k, v);
    }

    /** The same, always projecting all sides first: the order of the published code, a test's oracle. */
    NDArray project(NDArray q, NDArray k, NDArray v) {
        long batch = Math.max(q.getShape().get(0), k.getShape().get(0));
        var attended = Kernels.scaledDotProductAttention(
                split(Broadcast.rows(qProj.forward(q), batch)),
                split(Broadcast.rows(kProj.forward(k), batch)),
                split(Broadcast.rows(vProj.forward(v), batch))); // (B, h, L, I / h)
        var shape = attended.getShape();
        return outProj.forward(attended.transpose(0, 2, 1, 3).reshape(shape.get(0), shape.get(2), -1));
    }

    private NDArray split(NDArray x) {
        var shape = x.getShape();
        return x.reshape(shape.get(0), shape.get(1), heads, -1).transpose(0, 2, 1, 3);
    }
}
