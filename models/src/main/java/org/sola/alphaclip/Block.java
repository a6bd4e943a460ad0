package org.sola.alphaclip;

import ai.djl.ndarray.NDArray;
import ai.djl.nn.Activation;
import java.util.Optional;
import org.sola.layer.LayerNorm;
import org.sola.layer.Linear;
import org.sola.layer.Scoped;
import org.sola.tensor.Kernels;
import org.sola.tensor.Scalar;
import org.sola.tensor.Weights;

/**
 * A pre-norm transformer block with CLIP's fast GELU. B images or texts, L rows, D width, h heads.
 *
 * @param inProj queries, keys and values in one map
 */
record Block(LayerNorm ln1, Linear inProj, Linear outProj, LayerNorm ln2, Linear cFc, Linear cProj, int heads) {
    private static final double QUICK_GELU = 1.702;

    /** The visual side's published files join {@code in_proj} to its parts by a dot, CLIP's own by an underscore. */
    static Block of(Weights weights, int width, int heads, boolean dotted) {
        var attention = weights.at("attn");
        boolean isDotted = dotted && !attention.has("in_proj_weight");
        String prefix = isDotted ? "in_proj." : "in_proj_";
        int hidden = AlphaClipConfig.EXPANSION * width;
        return new Block(
                LayerNorm.of(weights.at("ln_1"), width, AlphaClipConfig.EPSILON),
                Linear.of(attention, width, 3L * width, prefix + "weight", prefix + "bias"),
                Linear.of(attention.at("out_proj"), width, width),
                LayerNorm.of(weights.at("ln_2"), width, AlphaClipConfig.EPSILON),
                Linear.of(weights.at("mlp").at("c_fc"), width, hidden),
                Linear.of(weights.at("mlp").at("c_proj"), hidden, width),
                heads);
    }

    /** (B, L, D) to the same; {@code mask} is added to the products of queries and keys. */
    NDArray forward(NDArray x, Optional<NDArray> mask) {
        var y = x.add(Scoped.array(() -> attend(ln1.forward(x), mask)));
        return y.add(Scoped.array(() -> {
            var hidden = cFc.forward(ln2.forward(y));
            return cProj.forward(hidden.mul(Activation.sigmoid(hidden.mul(Scalar.of(QUICK_GELU)))));
        }));
    }

    private NDArray attend(NDArray x, Optional<NDArray> mask) {
        var shape = x.getShape();
        var parts = inProj.forward(x)
                .reshape(shape.get(0), shape.get(1), 3, heads, -1)
                .transpose(2, 0, 3, 1, 4); // (3, B, h, L, D / h)
        var q = parts.get(0);
        var k = parts.get(1);
        var v = parts.get(2);
        var attended = mask.isPresent()
                ? Kernels.maskedAttention(q, k, v, mask.get(), 0)
                : Kernels.scaledDotProductAttention(q, k, v);
        return outProj.forward(attended.transpose(0, 2, 1, 3).reshape(shape));
    }
}
