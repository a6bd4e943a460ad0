package org.sola.cutie;

import ai.djl.ndarray.NDArray;
import java.util.Optional;
import org.sola.layer.LayerNorm;
import org.sola.layer.Linear;
import org.sola.layer.PackedAttention;
import org.sola.layer.Scoped;
import org.sola.tensor.Weights;

/** A block of the object transformer: queries read from pixels, from each other, and pixels from queries. */
final class ObjectTransformerBlock {
    private final LayerNorm readNorm;
    private final PackedAttention readFromPixel;
    private final LayerNorm selfNorm;
    private final PackedAttention selfAttn;
    private final LayerNorm ffnNorm;
    private final Linear linear1;
    private final Linear linear2;
    private final PackedAttention readFromQuery;
    private final ChannelAttentionBlock pixelFfn;

    private ObjectTransformerBlock(CutieConfig config, Weights weights) {
        int e = config.embedDim();
        int heads = config.objectTransformer().heads();
        readNorm = norm(weights.at("read_from_pixel"), e);
        readFromPixel = PackedAttention.of(weights.at("read_from_pixel").at("cross_attn"), e, heads);
        selfNorm = norm(weights.at("self_attn"), e);
        selfAttn = PackedAttention.of(weights.at("self_attn").at("self_attn"), e, heads);
        ffnNorm = norm(weights.at("ffn"), e);
        linear1 = Linear.of(
                weights.at("ffn").at("linear1"), e, config.objectTransformer().feedForwardDim());
        linear2 = Linear.of(
                weights.at("ffn").at("linear2"), config.objectTransformer().feedForwardDim(), e);
        readFromQuery = PackedAttention.of(weights.at("read_from_query").at("cross_attn"), e, heads);
        pixelFfn = ChannelAttentionBlock.of(weights.at("pixel_ffn").at("conv"), e);
    }

    static ObjectTransformerBlock of(CutieConfig config, Weights weights) {
        return new ObjectTransformerBlock(config, weights);
    }

    private static LayerNorm norm(Weights weights, int channels) {
        return LayerNorm.of(weights.at("norm"), channels, 1e-5);
    }

    /**
     * The queries after they read. In both attentions the residual is the normalised input, as in the published code; in
     * the MLP it is the input itself.
     *
     * @param query (N, Q, E)
     * @param pixel (N, L, E)
     * @param seen (N, 1, Q, L), 0 where a query sees a pixel, else minus infinity
     */
    NDArray readPixels(NDArray query, NDArray queryPosition, NDArray pixel, NDArray pixelPosition, NDArray seen) {
        return Scoped.array(() -> {
            var x = readNorm.forward(query);
            var keys = pixel.add(pixelPosition);
            x = x.add(readFromPixel.forward(x.add(queryPosition), keys, pixel, Optional.of(seen)));
            x = selfNorm.forward(x);
            var placed = x.add(queryPosition);
            x = x.add(selfAttn.forward(placed, placed, x, Optional.empty()));
            return x.add(linear2.forward(linear1.forwardRelu(ffnNorm.forward(x))));
        });
    }

    /** The pixels (N, E, h, w) after they read from the queries. */
    NDArray readQueries(NDArray pixel, NDArray pixelPosition, NDArray query, NDArray queryPosition, long h, long w) {
        return Scoped.array(() -> {
            var read =
                    readFromQuery.forward(pixel.add(pixelPosition), query.add(queryPosition), query, Optional.empty());
            return pixelFfn.forward(Convolution.map(pixel.add(read), h, w));
        });
    }
}
