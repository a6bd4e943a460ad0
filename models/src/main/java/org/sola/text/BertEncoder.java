package org.sola.text;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.SparseFormat;
import ai.djl.nn.Activation;
import ai.djl.nn.core.Embedding;
import java.util.List;
import java.util.stream.IntStream;
import org.sola.layer.LayerNorm;
import org.sola.layer.Linear;
import org.sola.tensor.Kernels;
import org.sola.tensor.Weights;

/**
 * BERT's encoder (Devlin et al. 2019) under the parameter names of the transformers library: post-norm layers, learned
 * positions, one segment. B expressions, W pieces, D width, h heads.
 */
final class BertEncoder {
    private static final double EPSILON = 1e-12;

    private final NDArray words;
    private final NDArray positions;
    private final NDArray segments;
    private final LayerNorm norm;
    private final List<Layer> layers;

    private BertEncoder(NDArray words, NDArray positions, NDArray segments, LayerNorm norm, List<Layer> layers) {
        this.words = words;
        this.positions = positions;
        this.segments = segments;
        this.norm = norm;
        this.layers = layers;
    }

    /**
     * Sizes of an encoder.
     *
     * @param vocabulary word pieces
     * @param positions longest input in pieces
     * @param width D
     * @param layers layers
     * @param heads h
     * @param feedForward hidden width of a layer's two linear maps
     */
    record Config(int vocabulary, int positions, int width, int layers, int heads, int feedForward) {}

    static BertEncoder of(Config config, Weights weights) {
        var embeddings = weights.at("embeddings");
        return new BertEncoder(
                embeddings.at("word_embeddings").get("weight", config.vocabulary(), config.width()),
                embeddings.at("position_embeddings").get("weight", config.positions(), config.width()),
                embeddings.at("token_type_embeddings").get("weight", 2, config.width()),
                LayerNorm.of(embeddings.at("LayerNorm"), config.width(), EPSILON),
                IntStream.range(0, config.layers())
                        .mapToObj(i -> Layer.of(
                                config, weights.at("encoder").at("layer").at(i)))
                        .toList());
    }

    private record Layer(
            Linear query,
            Linear key,
            Linear value,
            Linear output,
            LayerNorm outputNorm,
            Linear widen,
            Linear narrow,
            LayerNorm finalNorm,
            int heads) {
        static Layer of(Config config, Weights weights) {
            int width = config.width();
            var attention = weights.at("attention");
            return new Layer(
                    Linear.of(attention.at("self").at("query"), width, width),
                    Linear.of(attention.at("self").at("key"), width, width),
                    Linear.of(attention.at("self").at("value"), width, width),
                    Linear.of(attention.at("output").at("dense"), width, width),
                    LayerNorm.of(attention.at("output").at("LayerNorm"), width, EPSILON),
                    Linear.of(weights.at("intermediate").at("dense"), width, config.feedForward()),
                    Linear.of(weights.at("output").at("dense"), config.feedForward(), width),
                    LayerNorm.of(weights.at("output").at("LayerNorm"), width, EPSILON),
                    config.heads());
        }

        /** (B, W, D) to the same. */
        NDArray forward(NDArray x) {
            var attended = Kernels.scaledDotProductAttention(
                    split(query.forward(x)), split(key.forward(x)), split(value.forward(x)));
            var merged = attended.transpose(0, 2, 1, 3).reshape(x.getShape());
            var y = outputNorm.forward(output.forward(merged).add(x));
            return finalNorm.forward(
                    narrow.forward(Activation.gelu(widen.forward(y))).add(y));
        }

        private NDArray split(NDArray x) {
            var shape = x.getShape();
            return x.reshape(shape.get(0), shape.get(1), heads, -1).transpose(0, 2, 1, 3);
        }
    }

    /** Piece numbers (B, W), int64, all of one length, to the last hidden state (B, W, D). */
    NDArray forward(NDArray pieces) {
        long width = pieces.getShape().get(1);
        var x = Embedding.embedding(pieces, words, SparseFormat.DENSE)
                .singletonOrThrow()
                .add(segments.get("0:1"))
                .add(positions.get("0:" + width));
        x = norm.forward(x);
        for (var layer : layers) {
            x = layer.forward(x);
        }
        return x;
    }
}
