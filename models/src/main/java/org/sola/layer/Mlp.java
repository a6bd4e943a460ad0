package org.sola.layer;

import ai.djl.ndarray.NDArray;
import java.util.List;
import java.util.function.BiFunction;
import java.util.stream.IntStream;
import org.sola.tensor.Weights;

/** Linear layers {@code layers.0 .. layers.n-1} with an activation between them, none after the last. */
public final class Mlp {
    private final List<Linear> layers;
    private final BiFunction<Linear, NDArray, NDArray> inner; // a layer with its activation

    private Mlp(List<Linear> layers, BiFunction<Linear, NDArray, NDArray> inner) {
        this.layers = layers;
        this.inner = inner;
    }

    /** ReLU between the layers. */
    public static Mlp relu(Weights weights, long in, long hidden, long out, int depth) {
        return new Mlp(layers(weights, in, hidden, out, depth), Linear::forwardRelu);
    }

    /** The exact (erf) GELU between the layers. */
    public static Mlp gelu(Weights weights, long in, long hidden, long out, int depth) {
        return new Mlp(layers(weights, in, hidden, out, depth), Linear::forwardGelu);
    }

    private static List<Linear> layers(Weights weights, long in, long hidden, long out, int depth) {
        return IntStream.range(0, depth)
                .mapToObj(
                        i -> Linear.of(weights.at("layers").at(i), i == 0 ? in : hidden, i == depth - 1 ? out : hidden))
                .toList();
    }

    public NDArray forward(NDArray x) {
        var y = x;
        for (var layer : layers.subList(0, layers.size() - 1)) {
            y = inner.apply(layer, y);
        }
        return layers.get(layers.size() - 1).forward(y);
    }
}
