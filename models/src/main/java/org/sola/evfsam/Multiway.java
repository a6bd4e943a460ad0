package org.sola.evfsam;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import java.util.function.Function;
import org.sola.layer.LayerNorm;
import org.sola.layer.Linear;
import org.sola.tensor.Weights;

/**
 * A layer that image tokens and text tokens each have of their own: {@code A} for the image, {@code B} for the text
 * (BEiT-3, section 2). Tokens come as a list of two arrays, image and text.
 *
 * @param <T> the layer
 */
record Multiway<T>(T image, T text) {
    private static final String IMAGE = "A";
    private static final String TEXT = "B";
    private static final double EPSILON = 1e-5;

    static <T> Multiway<T> of(Weights weights, Function<Weights, T> layer) {
        return new Multiway<>(layer.apply(weights.at(IMAGE)), layer.apply(weights.at(TEXT)));
    }

    static Multiway<Linear> linear(Weights weights, int in, int out) {
        return of(weights, branch -> Linear.of(branch, in, out));
    }

    static Multiway<LayerNorm> norm(Weights weights, int channels) {
        return of(weights, branch -> LayerNorm.of(branch, channels, EPSILON));
    }

    /** What a layer makes of its tokens. */
    @FunctionalInterface
    interface Step<T> {
        NDArray apply(T layer, NDArray x);
    }

    NDList forward(NDList tokens, Step<T> step) {
        return new NDList(step.apply(image, tokens.get(0)), step.apply(text, tokens.get(1)));
    }
}
