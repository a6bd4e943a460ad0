package org.sola.sam2;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import java.util.List;
import java.util.stream.IntStream;
import org.sola.layer.LayerNorm;
import org.sola.layer.Mlp;
import org.sola.layer.MultiHeadAttention;
import org.sola.layer.Scoped;
import org.sola.tensor.Weights;

/**
 * Lets prompt tokens and image positions attend to each other. B prompts, N tokens, L = h w positions, C channels. The
 * image may come with batch F, a divisor of B: it is widened where tokens first change it.
 */
public final class TwoWayTransformer {
    private static final double EPSILON = 1e-5;

    private final List<Layer> layers;
    private final MultiHeadAttention finalAttnTokenToImage;
    private final LayerNorm normFinalAttn;

    private TwoWayTransformer(List<Layer> layers, MultiHeadAttention finalAttnTokenToImage, LayerNorm normFinalAttn) {
        this.layers = layers;
        this.finalAttnTokenToImage = finalAttnTokenToImage;
        this.normFinalAttn = normFinalAttn;
    }

    /**
     * Its sizes.
     *
     * @param channels C
     * @param layers layers
     * @param heads attention heads
     * @param mlpDim hidden width of a layer's MLP
     * @param mlpNames names of the MLP's two linear layers, which differ between the versions of SAM
     */
    public record Sizes(int channels, int layers, int heads, int mlpDim, List<String> mlpNames) {
        public Sizes {
            mlpNames = List.copyOf(mlpNames);
        }

        static Sizes of(Sam2Config config) {
            var decoder = config.decoder();
            return new Sizes(
                    config.hiddenDim(),
                    decoder.layers(),
                    decoder.heads(),
                    decoder.mlpDim(),
                    List.of("layers.0", "layers.1"));
        }
    }

    /** @param weights below {@code mask_decoder.transformer} */
    public static TwoWayTransformer of(Sizes sizes, Weights weights) {
        long c = sizes.channels();
        return new TwoWayTransformer(
                IntStream.range(0, sizes.layers())
                        .mapToObj(i -> Layer.of(weights.at("layers").at(i), sizes))
                        .toList(),
                MultiHeadAttention.of(weights.at("final_attn_token_to_image"), c, c / 2, sizes.heads()),
                LayerNorm.of(weights.at("norm_final_attn"), c, EPSILON));
    }

    /**
     * Both sides after all layers.
     *
     * @param queries (B, N, C)
     * @param keys (B, L, C)
     */
    public record Output(NDArray queries, NDArray keys) {}

    /**
     * @param image (F, L, C)
     * @param positions (1, L, C), added to the image side wherever it is a query or a key
     * @param tokens (B, N, C); as they come in they are the tokens' own position codes
     */
    public Output forward(NDArray image, NDArray positions, NDArray tokens) {
        var state = new NDList(tokens, image); // queries, keys
        for (int i = 0; i < layers.size(); i++) {
            var before = state;
            var layer = layers.get(i);
            boolean isFirst = i == 0;
            state = Scoped.list(() -> layer.forward(before.get(0), before.get(1), positions, tokens, isFirst));
            if (!isFirst) {
                before.close();
            }
        }
        var queries = state.get(0);
        var keys = state.get(1);
        var last = Scoped.array(() -> {
            var attended = finalAttnTokenToImage.forward(queries.add(tokens), keys.add(positions), keys);
            return normFinalAttn.forward(queries.add(attended));
        });
        queries.close();
        return new Output(last, keys);
    }

    /** Tokens among themselves, tokens to image, MLP on the tokens, image to tokens; a norm after each. */
    private record Layer(
            MultiHeadAttention selfAttn,
            LayerNorm norm1,
            MultiHeadAttention crossAttnTokenToImage,
            LayerNorm norm2,
            Mlp mlp,
            LayerNorm norm3,
            LayerNorm norm4,
            MultiHeadAttention crossAttnImageToToken) {
        static Layer of(Weights weights, Sizes sizes) {
            long c = sizes.channels();
            int heads = sizes.heads();
            return new Layer(
                    MultiHeadAttention.of(weights.at("self_attn"), c, c, heads),
                    LayerNorm.of(weights.at("norm1"), c, EPSILON),
                    MultiHeadAttention.of(weights.at("cross_attn_token_to_image"), c, c / 2, heads),
                    LayerNorm.of(weights.at("norm2"), c, EPSILON),
                    Mlp.relu(weights.at("mlp"), c, sizes.mlpDim(), c, sizes.mlpNames()),
                    LayerNorm.of(weights.at("norm3"), c, EPSILON),
                    LayerNorm.of(weights.at("norm4"), c, EPSILON),
                    MultiHeadAttention.of(weights.at("cross_attn_image_to_token"), c, c / 2, heads));
        }

        /** Queries and keys, one layer on. */
        NDList forward(NDArray queries, NDArray keys, NDArray positions, NDArray tokens, boolean isFirst) {
            var placedKeys = keys.add(positions);
            var x = attendToImage(attendToTokens(queries, tokens, isFirst), tokens, keys, placedKeys);
            return new NDList(x, attendFromImage(x, tokens, keys, placedKeys));
        }

        /** The first layer replaces the tokens: they are their own position codes, so neither is added. */
        NDArray attendToTokens(NDArray queries, NDArray tokens, boolean isFirst) {
            if (isFirst) {
                return norm1.forward(selfAttn.forward(queries, queries, queries));
            }
            var placed = queries.add(tokens);
            return norm1.forward(queries.add(selfAttn.forward(placed, placed, queries)));
        }

        NDArray attendToImage(NDArray queries, NDArray tokens, NDArray keys, NDArray placedKeys) {
            var attended = crossAttnTokenToImage.forward(queries.add(tokens), placedKeys, keys);
            var x = norm2.forward(queries.add(attended));
            return norm3.forward(x.add(mlp.forward(x)));
        }

        NDArray attendFromImage(NDArray queries, NDArray tokens, NDArray keys, NDArray placedKeys) {
            var attended = crossAttnImageToToken.forward(placedKeys, queries.add(tokens), queries);
            var shape = attended.getShape(); // (B, L, C), while keys may still be (F, L, C)
            var frames = keys.getShape().get(0);
            var grouped = attended.reshape(frames, -1, shape.get(1), shape.get(2));
            return norm4.forward(keys.expandDims(1).add(grouped).reshape(shape));
        }
    }
}
