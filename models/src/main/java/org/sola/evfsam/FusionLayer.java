package org.sola.evfsam;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import java.util.Optional;
import org.sola.layer.Broadcast;
import org.sola.layer.LayerNorm;
import org.sola.layer.Linear;
import org.sola.layer.Scoped;
import org.sola.tensor.Kernels;
import org.sola.tensor.Weights;

/**
 * A pre-norm layer in which image and text attend to each other, and everything else is twofold. Normalisations inside
 * attention and feed-forward as in Magneto. E expressions, P image tokens, L text tokens, D channels, h heads.
 */
record FusionLayer(
        Multiway<LayerNorm> selfAttnLayerNorm,
        Multiway<Linear> qProj,
        Multiway<Linear> kProj,
        Multiway<Linear> vProj,
        Multiway<LayerNorm> innerAttnLn,
        Multiway<Linear> outProj,
        Multiway<LayerNorm> finalLayerNorm,
        Multiway<FeedForward> ffn,
        int heads) {
    static FusionLayer of(EvfSamConfig.Fusion config, Weights weights) {
        int d = config.width();
        var attention = weights.at("self_attn");
        return new FusionLayer(
                Multiway.norm(weights.at("self_attn_layer_norm"), d),
                Multiway.linear(attention.at("q_proj"), d, d),
                Multiway.linear(attention.at("k_proj"), d, d),
                Multiway.linear(attention.at("v_proj"), d, d),
                Multiway.norm(attention.at("inner_attn_ln"), d),
                Multiway.linear(attention.at("out_proj"), d, d),
                Multiway.norm(weights.at("final_layer_norm"), d),
                Multiway.of(weights.at("ffn"), branch -> FeedForward.of(branch, d, config.feedForward())),
                config.heads());
    }

    /** Widens, normalises the wide rows, narrows. */
    private record FeedForward(Linear fc1, LayerNorm ffnLayernorm, Linear fc2) {
        static FeedForward of(Weights weights, int width, int hidden) {
            return new FeedForward(
                    Linear.of(weights.at("fc1"), width, hidden),
                    LayerNorm.of(weights.at("ffn_layernorm"), hidden, 1e-5),
                    Linear.of(weights.at("fc2"), hidden, width));
        }

        NDArray forward(NDArray x) {
            return fc2.forward(ffnLayernorm.forward(fc1.forwardGelu(x)));
        }
    }

    /**
     * @param tokens image (F or E, P, D), F a divisor of E: an image serves E / F neighbouring expressions; text (E, L, D)
     * @param mask (E, 1, 1, P + L), added to the products with keys, where texts are of unequal length
     * @return image (E, P, D), text (E, L, D)
     */
    NDList forward(NDList tokens, Optional<NDArray> mask) {
        var attended = Scoped.list(() -> add(tokens, attend(tokens, mask)));
        var result = Scoped.list(() -> {
            var normed = finalLayerNorm.forward(attended, LayerNorm::forward);
            return add(attended, ffn.forward(normed, FeedForward::forward));
        });
        attended.close();
        return result;
    }

    /**
     * The class token alone, for the last layer, after which nothing else is read: it is the only query, and the only row
     * that goes further.
     *
     * @return (E, 1, D)
     */
    NDArray forwardClass(NDList tokens, Optional<NDArray> mask) {
        return Scoped.array(() -> {
            long expressions = tokens.get(1).getShape().get(0);
            var normed = selfAttnLayerNorm.forward(tokens, LayerNorm::forward);
            var q = Broadcast.rows(qProj.image().forward(normed.get(0).get(":, 0:1")), expressions);
            var rows = attention(q, normed, mask);
            var attended = outProj.image().forward(innerAttnLn.image().forward(rows));
            var x = Broadcast.rows(tokens.get(0).get(":, 0:1"), expressions).add(attended);
            return x.add(ffn.image().forward(finalLayerNorm.image().forward(x)));
        });
    }

    private NDList attend(NDList tokens, Optional<NDArray> mask) {
        var normed = selfAttnLayerNorm.forward(tokens, LayerNorm::forward);
        var rows = attention(joined(qProj.forward(normed, Linear::forward)), normed, mask);
        long patches = tokens.get(0).getShape().get(1);
        var parts = new NDList(rows.get(":, :" + patches), rows.get(":, " + patches + ":"));
        return outProj.forward(innerAttnLn.forward(parts, LayerNorm::forward), Linear::forward);
    }

    /** Queries (E, Q, D) to all tokens, (E, Q, D). */
    private NDArray attention(NDArray queries, NDList normed, Optional<NDArray> mask) {
        var q = split(queries); // (E, h, Q, D / h)
        var k = split(joined(kProj.forward(normed, Linear::forward)));
        var v = split(joined(vProj.forward(normed, Linear::forward)));
        var attended = mask.isPresent()
                ? Kernels.maskedAttention(q, k, v, mask.get(), 0)
                : Kernels.scaledDotProductAttention(q, k, v);
        return attended.transpose(0, 2, 1, 3).reshape(queries.getShape());
    }

    /** Image before text, (E, P + L, D). */
    private static NDArray joined(NDList tokens) {
        var text = tokens.get(1);
        return Broadcast.rows(tokens.get(0), text.getShape().get(0)).concat(text, 1);
    }

    private NDArray split(NDArray x) {
        var shape = x.getShape();
        return x.reshape(shape.get(0), shape.get(1), heads, -1).transpose(0, 2, 1, 3);
    }

    private static NDList add(NDList tokens, NDList change) {
        long expressions = change.get(0).getShape().get(0);
        return new NDList(
                Broadcast.rows(tokens.get(0), expressions).add(change.get(0)),
                tokens.get(1).add(change.get(1)));
    }
}
