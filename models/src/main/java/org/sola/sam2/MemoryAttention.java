package org.sola.sam2;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import java.util.List;
import java.util.stream.IntStream;
import org.sola.layer.Broadcast;
import org.sola.layer.Constant;
import org.sola.layer.LayerNorm;
import org.sola.layer.Linear;
import org.sola.layer.Scoped;
import org.sola.tensor.Bfloat16;
import org.sola.tensor.Kernels;
import org.sola.tensor.OneDnn;
import org.sola.tensor.OneDnn.Activation;
import org.sola.tensor.Precision;
import org.sola.tensor.Weights;

/**
 * Mixes a frame's features with the memories of its objects (SAM 2, memory attention). F frames, B objects (a multiple
 * of F, the objects of a frame are neighbours), L = h w positions, M memory tokens, C hidden width, D memory width; one
 * head.
 *
 * <p>Up to the first cross-attention's query nothing depends on the object: {@link #prepare} does that once a frame.
 */
public final class MemoryAttention {
    private static final double EPSILON = 1e-5;

    /** Attention weights computed at once, so that they take at most 64 MiB. */
    private static final long MOST_WEIGHTS = 1L << 24;

    /** How strongly the position code enters the frame (official {@code pos_enc_at_input}). */
    private static final float POSITION_SHARE = 0.1f;

    private final List<Layer> layers;
    private final LayerNorm norm;
    private final RotaryPosition rotary;
    private final Constant position; // (1, L, C)
    private final int side;

    private MemoryAttention(Sam2Config config, Weights weights, boolean projectsValuesFirst) {
        int c = config.hiddenDim();
        side = config.featureSize();
        layers = IntStream.range(0, config.memoryAttention().layers())
                .mapToObj(i -> new Layer(config, weights.at("layers").at(i), projectsValuesFirst))
                .toList();
        norm = LayerNorm.of(weights.at("norm"), c, EPSILON);
        var manager = weights.at("norm").get("weight", c).getManager();
        rotary = RotaryPosition.of(manager, c, side, side);
        position = new Constant(
                () -> MemoryMaps.tokens(SinePosition.of(manager, c, side, side).mul(POSITION_SHARE)));
    }

    /** @param weights below {@code memory_attention} */
    public static MemoryAttention of(Sam2Config config, Weights weights) {
        return new MemoryAttention(config, weights, false);
    }

    /** The order of the published code, which projects every memory to a value before averaging: a test's oracle. */
    static MemoryAttention plain(Sam2Config config, Weights weights) {
        return new MemoryAttention(config, weights, true);
    }

    /**
     * What all objects of a frame share.
     *
     * @param features (F, L, C), after the first layer's self-attention
     * @param query (F, L, C), of the first cross-attention
     */
    public record Prepared(NDArray features, NDArray query) {}

    /** @param s2 (F, C, h, w), the frames' stride-16 features */
    public Prepared prepare(NDArray s2) {
        var x = MemoryMaps.tokens(s2).add(position.get());
        x = layers.get(0).attendToItself(x, rotary);
        return new Prepared(x, layers.get(0).query(x, rotary));
    }

    /** The frame's features as the objects' memories colour them, (B, C, h, w). */
    public NDArray forward(Prepared frame, Memories memories) {
        var keys = memories.tokens().add(memories.positions());
        var first = layers.get(0);
        var x = Scoped.array(() -> first.attendToMemory(frame.features(), frame.query(), keys, memories, rotary));
        for (var layer : layers.subList(1, layers.size())) {
            var before = x;
            x = Scoped.array(() -> {
                var seen = layer.attendToItself(before, rotary);
                return layer.attendToMemory(seen, layer.query(seen, rotary), keys, memories, rotary);
            });
            before.close();
        }
        return MemoryMaps.map(norm.forward(x), side);
    }

    /** Self-attention, attention to the memories, MLP; each normed before and added after. */
    private static final class Layer {
        private final Projections selfAttn;
        private final Projections crossAttnImage;
        private final Linear linear1;
        private final Linear linear2;
        private final LayerNorm norm1;
        private final LayerNorm norm2;
        private final LayerNorm norm3;
        private final boolean projectsValuesFirst;
        private final Precision precision;

        private Layer(Sam2Config config, Weights weights, boolean projectsValuesFirst) {
            int c = config.hiddenDim();
            int inner = config.memoryAttention().feedForwardDim();
            this.selfAttn = Projections.of(weights.at("self_attn"), c, c);
            this.crossAttnImage = Projections.of(weights.at("cross_attn_image"), c, config.memoryDim());
            this.linear1 = Linear.of(weights.at("linear1"), c, inner);
            this.linear2 = Linear.of(weights.at("linear2"), inner, c);
            this.norm1 = LayerNorm.of(weights.at("norm1"), c, EPSILON);
            this.norm2 = LayerNorm.of(weights.at("norm2"), c, EPSILON);
            this.norm3 = LayerNorm.of(weights.at("norm3"), c, EPSILON);
            this.projectsValuesFirst = projectsValuesFirst;
            this.precision = weights.precision();
        }

        /** (.., L, C) to the same. */
        private NDArray attendToItself(NDArray x, RotaryPosition rotary) {
            var normed = norm1.forward(x);
            var attended = precision.attention( // only maps with an axis of heads get the fast path
                    rotary.rotate(selfAttn.q().forward(normed)).expandDims(1),
                    rotary.rotate(selfAttn.k().forward(normed)).expandDims(1),
                    selfAttn.v().forProduct(normed, Activation.NONE).expandDims(1));
            return x.add(selfAttn.out().forward(attended.squeeze(1)));
        }

        private NDArray query(NDArray x, RotaryPosition rotary) {
            return rotary.rotate(crossAttnImage.q().forward(norm2.forward(x)));
        }

        /** x and query (F or B, L, C), keys (B, M, D) to (B, L, C). */
        private NDArray attendToMemory(
                NDArray x, NDArray query, NDArray keys, Memories memories, RotaryPosition rotary) {
            long objects = keys.getShape().get(0);
            var k = rotary.rotateMemory(crossAttnImage.k().forward(keys), memories.pointerTokens()); // (B, M, C)
            var attended = average(query, k, memories.tokens());
            var y = Broadcast.rows(x, objects).add(crossAttnImage.out().forward(attended)); // (B, L, C)
            return y.add(linear2.forward(linear1.forProduct(norm3.forward(y), Activation.RELU)));
        }

        /**
         * (B, L, C): what the queries see of the memories. The weights of an average sum to 1, so the D channels of a
         * memory can be averaged first and projected to C afterwards, bias included.
         */
        private NDArray average(NDArray query, NDArray keys, NDArray memory) {
            var v = crossAttnImage.v();
            if (precision == Precision.BFLOAT16 && Bfloat16.serves(query, keys, memory)) {
                return v.forProduct(Bfloat16.attention(query, keys, memory), Activation.NONE);
            }
            if (!projectsValuesFirst && OneDnn.serves(query, keys, memory)) {
                return v.forward(OneDnn.attention(query, keys, memory));
            }
            var rows = Broadcast.rows(query, keys.getShape().get(0));
            return projectsValuesFirst
                    ? Kernels.scaledDotProductAttention(rows, keys, v.forward(memory))
                    : v.forward(averageInParts(rows, keys, memory));
        }

        private static NDArray averageInParts(NDArray query, NDArray keys, NDArray memory) {
            long positions = query.getShape().get(1);
            long rowSize = memory.getShape().get(0) * memory.getShape().get(1);
            long rows = Math.max(1, MOST_WEIGHTS / rowSize);
            if (rows >= positions) {
                return Kernels.scaledDotProductAttention(query, keys, memory);
            }
            var parts = new NDList();
            for (long start = 0; start < positions; start += rows) {
                var part = query.get(":, " + start + ":" + Math.min(positions, start + rows));
                parts.add(Kernels.scaledDotProductAttention(part, keys, memory));
            }
            return NDArrays.concat(parts, 1);
        }
    }

    /** The four projections of an attention. */
    private record Projections(Linear q, Linear k, Linear v, Linear out) {
        static Projections of(Weights weights, long channels, long memoryChannels) {
            return new Projections(
                    Linear.of(weights.at("q_proj"), channels, channels),
                    Linear.of(weights.at("k_proj"), memoryChannels, channels),
                    Linear.of(weights.at("v_proj"), memoryChannels, channels),
                    Linear.of(weights.at("out_proj"), channels, channels));
        }
    }

    /**
     * The tokens a frame attends to.
     *
     * @param tokens (B, M, D): spatial memories one after the other, then object pointers cut into pieces
     * @param positions (1 or B, M, D), added where a token serves as key
     * @param pointerTokens how many of the last tokens are pieces of pointers; they get no rotary code
     */
    public record Memories(NDArray tokens, NDArray positions, long pointerTokens) {}
}
