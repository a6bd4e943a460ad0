package org.sola.alphaclip;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.ndarray.types.SparseFormat;
import ai.djl.nn.core.Embedding;
import java.util.Arrays;
import java.util.Optional;
import org.sola.layer.LayerNorm;
import org.sola.layer.Observer;
import org.sola.layer.Scoped;
import org.sola.tensor.EngineMemory;
import org.sola.tensor.Init;
import org.sola.tensor.Kernels;
import org.sola.tensor.Weights;

/**
 * CLIP's text side: every piece sees those before it, so the last one stands for the text. K texts, W pieces, D width, E
 * width of the shared space.
 */
final class TextTransformer {
    private final NDArray tokenEmbedding; // (V, D)
    private final NDArray positionalEmbedding; // (context, D)
    private final Blocks transformer;
    private final LayerNorm lnFinal;
    private final NDArray textProjection; // (D, E)

    private TextTransformer(AlphaClipConfig config, Weights weights) {
        var text = config.text();
        int d = text.width();
        tokenEmbedding = weights.at("token_embedding").get("weight", Init.normal(0.02), text.vocabulary(), d);
        positionalEmbedding = weights.get("positional_embedding", Init.normal(0.01), text.contextLength(), d);
        transformer = Blocks.of(weights.at("transformer"), d, text.layers(), text.heads(), false);
        lnFinal = LayerNorm.of(weights.at("ln_final"), d, AlphaClipConfig.EPSILON);
        textProjection = weights.get("text_projection", Init.normal(1 / Math.sqrt(d)), d, config.embedDim());
    }

    static TextTransformer of(AlphaClipConfig config, Weights weights) {
        return new TextTransformer(config, weights);
    }

    /**
     * Pieces (K, W) to features (K, E), not normalised.
     *
     * @param pieces numbers of the vocabulary; whatever follows a text's end is not seen
     * @param ends where each text ends
     */
    NDArray forward(NDManager manager, long[][] pieces, int[] ends, Observer observer) {
        int width = pieces[0].length;
        return Scoped.array(() -> {
            var flat = Arrays.stream(pieces).flatMapToLong(Arrays::stream).toArray();
            var index = EngineMemory.of(manager, flat).reshape(pieces.length, width);
            var rows = Embedding.embedding(index, tokenEmbedding, SparseFormat.DENSE)
                    .singletonOrThrow()
                    .add(positionalEmbedding.get("0:" + width));
            var last = transformer.forward(rows, Optional.of(causal(manager, width)), "text_layer_", observer);
            var normed = lnFinal.forward(last); // (K, W, D)
            observer.see("text_ln_final", normed);
            var places = new long[ends.length];
            for (int k = 0; k < ends.length; k++) {
                places[k] = (long) k * width + ends[k];
            }
            var pooled = Kernels.takeRows(normed.reshape((long) ends.length * width, -1), places);
            var features = pooled.matMul(textProjection);
            observer.see("text_features", features);
            return features;
        });
    }

    /** (W, W): 0 on and below the diagonal, -infinity above it. */
    private static NDArray causal(NDManager manager, int width) {
        var values = new float[width * width];
        for (int i = 0; i < values.length; i++) {
            values[i] = i % width > i / width ? Float.NEGATIVE_INFINITY : 0;
        }
        return EngineMemory.of(manager, values, new Shape(width, width));
    }
}
