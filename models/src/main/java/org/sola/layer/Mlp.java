package org.sola.layer;

import ai.djl.ndarray.NDArray;
import ai.djl.nn.Activation;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import org.sola.tensor.Weights;

/** Linear layers {@code layers.0 .. layers.n-1} with an activation between them, none after the last. */
public final class Mlp {
    private final List<Linear> layers;
    private final UnaryOperator<NDArray> activation;

    private Mlp(List<Linear> layers, UnaryOperator<NDArray> activation) {
        this.layers = layers;
        this.activation = activation;
    }

    /** ReLU between the layers. */
    public static Mlp relu(Weights weights, long in, long hidden, long out, int depth) {
        return new Mlp(layers(weights, in, hidden, out, depth), Activation::relu);
    }

    /** The exact (erf) GELU between the layers. */
    public static Mlp gelu(Weights weights, long in, long hidden, long out, int depth) {
        return new Mlp(layers(weights, in, hidden, out, depth), Activation::gelu);
    }

    private static List<Linear> layers(Weights weights, long in, long hidden, long out, int depth) {
        return IntStream.range(0, depth)
                .mapToObj(
                        i -> Linear.of(weights.at("layers").at(i), i == 0 ? in : hidden, i == depth - 1 ? out : hidden))
                .toList();
    }

    public NDArray forward(NDArray x) {
        var y = x;
        for (int i = 0; i < layers.size(); i++) {
            y = layers.get(i).forward(y);
            if (i < layers.size() - 1) {
                y = activation.apply(y);
            }
        }
        return y;
    }
}
