package org.sola.layer;

import ai.djl.ndarray.NDArray;
import java.util.List;
import java.util.stream.IntStream;
import org.sola.tensor.OneDnn.Activation;
import org.sola.tensor.Weights;

/** Linear layers, by default {@code layers.0 .. layers.n-1}, with an activation between them, none after the last. */
public final class Mlp {
    private final List<Linear> layers;
    private final Activation inner;

    private Mlp(List<Linear> layers, Activation inner) {
        this.layers = layers;
        this.inner = inner;
    }

    /** ReLU between the layers. */
    public static Mlp relu(Weights weights, long in, long hidden, long out, int depth) {
        return relu(weights, in, hidden, out, names(depth));
    }

    /** The same with layers of other names. */
    public static Mlp relu(Weights weights, long in, long hidden, long out, List<String> names) {
        return new Mlp(layers(weights, in, hidden, out, names), Activation.RELU);
    }

    /** The exact (erf) GELU between the layers. */
    public static Mlp gelu(Weights weights, long in, long hidden, long out, int depth) {
        return gelu(weights, in, hidden, out, names(depth));
    }

    /** The same with layers of other names. */
    public static Mlp gelu(Weights weights, long in, long hidden, long out, List<String> names) {
        return new Mlp(layers(weights, in, hidden, out, names), Activation.GELU);
    }

    private static List<String> names(int depth) {
        return IntStream.range(0, depth).mapToObj(i -> "layers." + i).toList();
    }

    private static List<Linear> layers(Weights weights, long in, long hidden, long out, List<String> names) {
        int last = names.size() - 1;
        return IntStream.rangeClosed(0, last)
                .mapToObj(i -> Linear.of(weights.at(names.get(i)), i == 0 ? in : hidden, i == last ? out : hidden))
                .toList();
    }

    public NDArray forward(NDArray x) {
        var y = x;
        for (var layer : layers.subList(0, layers.size() - 1)) {
            y = layer.forProduct(y, inner);
        }
        return layers.get(layers.size() - 1).forward(y);
    }
}
