package org.sola.text;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.ndarray.types.SparseFormat;
import ai.djl.nn.Activation;
import ai.djl.nn.core.Embedding;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.sola.layer.LayerNorm;
import org.sola.layer.Linear;
import org.sola.layer.Scoped;
import org.sola.tensor.EngineMemory;
import org.sola.tensor.Kernels;
import org.sola.tensor.Weights;

/**
 * The encoder of BERT (Devlin et al. 2019), RoBERTa (Liu et al. 2019) and MiniLM under the parameter names of the
 * transformers library: post-norm layers, learned positions and segments. B texts, W pieces, D width, h heads.
 *
 * <p>A network is immutable and may be used from several threads.
 */
public final class TransformerEncoder {
    private final TextModelConfig config;
    private final NDArray words;
    private final NDArray positions;
    private final NDArray segments;
    private final LayerNorm norm;
    private final List<Layer> layers;
    private final Optional<Linear> pooler;

    private TransformerEncoder(
            TextModelConfig config,
            NDArray words,
            NDArray positions,
            NDArray segments,
            LayerNorm norm,
            List<Layer> layers,
            Optional<Linear> pooler) {
        this.config = config;
        this.words = words;
        this.positions = positions;
        this.segments = segments;
        this.norm = norm;
        this.layers = layers;
        this.pooler = pooler;
    }

    /** @param weights a view at the level of {@code embeddings} and {@code encoder} */
    public static TransformerEncoder of(TextModelConfig config, Weights weights) {
        int width = config.width();
        var embeddings = weights.at("embeddings");
        var pooler = weights.at("pooler").at("dense");
        return new TransformerEncoder(
                config,
                embeddings.at("word_embeddings").get("weight", config.vocabulary(), width),
                embeddings.at("position_embeddings").get("weight", config.positions(), width),
                embeddings.at("token_type_embeddings").get("weight", config.segments(), width),
                norm(config, embeddings.at("LayerNorm")),
                IntStream.range(0, config.layers())
                        .mapToObj(i -> Layer.of(
                                config, weights.at("encoder").at("layer").at(i)))
                        .toList(),
                pooler.has("weight") ? Optional.of(Linear.of(pooler, width, width)) : Optional.empty());
    }

    /** The oldest files call the parameters of a normalisation gamma and beta. */
    private static LayerNorm norm(TextModelConfig config, Weights weights) {
        return weights.has("gamma")
                ? LayerNorm.of(weights, config.width(), config.epsilon(), "gamma", "beta")
                : LayerNorm.of(weights, config.width(), config.epsilon());
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
        static Layer of(TextModelConfig config, Weights weights) {
            int width = config.width();
            var attention = weights.at("attention");
            return new Layer(
                    Linear.of(attention.at("self").at("query"), width, width),
                    Linear.of(attention.at("self").at("key"), width, width),
                    Linear.of(attention.at("self").at("value"), width, width),
                    Linear.of(attention.at("output").at("dense"), width, width),
                    norm(config, attention.at("output").at("LayerNorm")),
                    Linear.of(weights.at("intermediate").at("dense"), width, config.feedForward()),
                    Linear.of(weights.at("output").at("dense"), config.feedForward(), width),
                    norm(config, weights.at("output").at("LayerNorm")),
                    config.heads());
        }

        /** (B, W, D) to the same. */
        NDArray forward(NDArray x, Optional<NDArray> mask) {
            var q = split(query.forward(x)); // (B, h, W, D / h)
            var k = split(key.forward(x));
            var v = split(value.forward(x));
            var attended = mask.isPresent()
                    ? Kernels.maskedAttention(q, k, v, mask.get(), 0)
                    : Kernels.scaledDotProductAttention(q, k, v);
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

    public TextModelConfig config() {
        return config;
    }

    /** The positions that the model gives pieces by itself: a row for each row of piece numbers. */
    public long[][] positions(long[][] pieces) {
        var found = new long[pieces.length][];
        for (int b = 0; b < pieces.length; b++) {
            found[b] = new long[pieces[b].length];
            int next = config.positionsSkipPadding() ? config.paddingId() + 1 : 0;
            for (int w = 0; w < pieces[b].length; w++) {
                boolean isSkipped = config.positionsSkipPadding() && pieces[b][w] == config.paddingId();
                found[b][w] = isSkipped ? config.paddingId() : next++;
            }
        }
        return found;
    }

    /**
     * The normalised sum of word, position and segment: (B, W, D).
     *
     * @param pieces (B, W) numbers of the vocabulary
     * @param positions (B, W)
     * @param segments (B, W)
     */
    public NDArray embed(NDManager manager, long[][] pieces, long[][] positions, long[][] segments) {
        return Scoped.array(() -> norm.forward(rows(manager, pieces, words)
                .add(rows(manager, segments, this.segments))
                .add(rows(manager, positions, this.positions))));
    }

    private static NDArray rows(NDManager manager, long[][] numbers, NDArray table) {
        var flat = java.util.Arrays.stream(numbers)
                .flatMapToLong(java.util.Arrays::stream)
                .toArray();
        var index = EngineMemory.of(manager, flat).reshape(numbers.length, -1);
        return Embedding.embedding(index, table, SparseFormat.DENSE).singletonOrThrow();
    }

    /** A mask that hides padding from every piece: (B, 1, 1, W), 0 where {@code isPiece}, else -infinity. */
    public static NDArray paddingMask(NDManager manager, boolean[][] isPiece) {
        int width = isPiece[0].length;
        var values = new float[isPiece.length * width];
        for (int i = 0; i < values.length; i++) {
            values[i] = isPiece[i / width][i % width] ? 0 : Float.NEGATIVE_INFINITY;
        }
        return EngineMemory.of(manager, values, new Shape(isPiece.length, 1, 1, width));
    }

    /** A mask of its own for each piece: (B, 1, W, W), 0 where row may see column, else -infinity. */
    public static NDArray pairMask(NDManager manager, boolean[][][] sees) {
        int width = sees[0].length;
        var values = new float[sees.length * width * width];
        for (int i = 0; i < values.length; i++) {
            int row = i / width;
            values[i] = sees[row / width][row % width][i % width] ? 0 : Float.NEGATIVE_INFINITY;
        }
        return EngineMemory.of(manager, values, new Shape(sees.length, 1, width, width));
    }

    /** Sees the result of each layer on the way. */
    @FunctionalInterface
    public interface LayerObserver {
        /** @param layer counted from 1, as papers do */
        void accept(int layer, NDArray rows);
    }

    /** Embedded rows (B, W, D) through all layers; {@code mask} as of {@link #paddingMask} or {@link #pairMask}. */
    public NDArray encode(NDArray embedded, Optional<NDArray> mask, LayerObserver observer) {
        return Scoped.array(() -> {
            var x = embedded;
            for (int i = 0; i < layers.size(); i++) {
                var layer = layers.get(i);
                var in = x;
                x = Scoped.array(() -> layer.forward(in, mask));
                if (i > 0) {
                    in.close();
                }
                observer.accept(i + 1, x);
            }
            return x;
        });
    }

    /** Texts without padding or of one segment, as most are: piece numbers (B, W) to the last hidden state (B, W, D). */
    public NDArray encode(NDManager manager, long[][] pieces, Optional<NDArray> mask) {
        var embedded = embed(manager, pieces, positions(pieces), new long[pieces.length][pieces[0].length]);
        return encode(embedded, mask, (layer, rows) -> {});
    }

    /** The mean over the pieces of each text: rows (B, W, D) to (B, D). */
    public static NDArray mean(NDManager manager, NDArray rows, boolean[][] isPiece) {
        return Scoped.array(() -> {
            var flat = new float[isPiece.length * isPiece[0].length];
            for (int i = 0; i < flat.length; i++) {
                flat[i] = isPiece[i / isPiece[0].length][i % isPiece[0].length] ? 1 : 0;
            }
            var weights = EngineMemory.of(manager, flat, new Shape(isPiece.length, isPiece[0].length, 1));
            return rows.mul(weights).sum(new int[] {1}).div(weights.sum(new int[] {1}));
        });
    }

    /** The pooler of files that have one: tanh of a linear map of the first row, (B, D). */
    public Optional<NDArray> pool(NDArray rows) {
        return pooler.map(
                map -> Scoped.array(() -> map.forward(rows.get(":, 0")).tanh().toType(DataType.FLOAT32, false)));
    }
}
