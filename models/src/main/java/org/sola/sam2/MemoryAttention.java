package org.sola.sam2;

import ai.djl.ndarray.NDArray;
import ai.djl.nn.Activation;
import java.util.List;
import java.util.stream.IntStream;
import org.sola.layer.LayerNorm;
import org.sola.layer.Linear;
import org.sola.tensor.Kernels;
import org.sola.tensor.Weights;

/**
 * Mixes one frame's features with the memories of B objects (SAM 2, memory attention). L positions of the frame, S
 * memory tokens, C hidden width, D memory width; one head.
 */
final class MemoryAttention {
    private static final double EPSILON = 1e-5;

    private final List<Layer> layers;
    private final LayerNorm norm;
    private final RotaryPosition rotary;

    private MemoryAttention(List<Layer> layers, LayerNorm norm, RotaryPosition rotary) {
        this.layers = layers;
        this.norm = norm;
        this.rotary = rotary;
    }

    static MemoryAttention of(Sam2Config config, Weights weights) {
        int c = config.hiddenDim();
        var layers = IntStream.range(0, config.memoryAttention().layers())
                .mapToObj(i -> new Layer(config, weights.at("layers").at(i)))
                .toList();
        var norm = LayerNorm.of(weights.at("norm"), c, EPSILON);
        var manager = weights.at("norm").get("weight", c).getManager();
        return new MemoryAttention(
                layers, norm, RotaryPosition.of(manager, c, config.featureSize(), config.featureSize()));
    }

    /**
     * @param frame (1 or B, L, C): the frame's features, already with 0.1 of their sine position
     * @param memory (B, S, D): spatial memories frame by frame, then object pointers
     * @param memoryPosition (1 or B, S, D), added where memory serves as key
     * @param pointerTokens how many of the last rows are object pointers; they get no rotary code
     * @return (B, L, C)
     */
    NDArray forward(NDArray frame, NDArray memory, NDArray memoryPosition, long pointerTokens) {
        var keys = memory.add(memoryPosition);
        var x = frame;
        for (var layer : layers) {
            x = layer.forward(x, keys, memory, pointerTokens, rotary);
        }
        return norm.forward(x);
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

        private Layer(Sam2Config config, Weights weights) {
            int c = config.hiddenDim();
            int inner = config.memoryAttention().feedForwardDim();
            this.selfAttn = Projections.of(weights.at("self_attn"), c, c);
            this.crossAttnImage = Projections.of(weights.at("cross_attn_image"), c, config.memoryDim());
            this.linear1 = Linear.of(weights.at("linear1"), c, inner);
            this.linear2 = Linear.of(weights.at("linear2"), inner, c);
            this.norm1 = LayerNorm.of(weights.at("norm1"), c, EPSILON);
            this.norm2 = LayerNorm.of(weights.at("norm2"), c, EPSILON);
            this.norm3 = LayerNorm.of(weights.at("norm3"), c, EPSILON);
        }

        private NDArray forward(
                NDArray frame, NDArray keys, NDArray values, long pointerTokens, RotaryPosition rotary) {
            var normed = norm1.forward(frame);
            var self = Kernels.scaledDotProductAttention(
                    rotary.rotate(selfAttn.q().forward(normed)),
                    rotary.rotate(selfAttn.k().forward(normed)),
                    selfAttn.v().forward(normed));
            var x = frame.add(selfAttn.out().forward(self)); // (1 or B, L, C): still shared by the objects in layer 0
            var q = rotary.rotate(crossAttnImage.q().forward(norm2.forward(x)));
            long objects = keys.getShape().get(0);
            if (q.getShape().get(0) < objects) {
                q = q.broadcast(objects, q.getShape().get(1), q.getShape().get(2));
            }
            var k = rotary.rotateMemory(crossAttnImage.k().forward(keys), pointerTokens);
            var cross =
                    Kernels.scaledDotProductAttention(q, k, crossAttnImage.v().forward(values));
            x = x.add(crossAttnImage.out().forward(cross)); // (B, L, C)
            return x.add(linear2.forward(Activation.relu(linear1.forward(norm3.forward(x)))));
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
}
