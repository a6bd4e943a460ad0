package org.sola.layer;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import org.sola.tensor.Init;
import org.sola.tensor.Weights;

/** Normalises the last axis to mean 0 and biased variance 1, then scales and shifts it. */
public final class LayerNorm {
    private final NDArray weight;
    private final NDArray bias;
    private final float epsilon;

    private LayerNorm(NDArray weight, NDArray bias, float epsilon) {
        this.weight = weight;
        this.bias = bias;
        this.epsilon = epsilon;
    }

    public static LayerNorm of(Weights weights, long channels, double epsilon) {
        return of(weights, channels, epsilon, "weight", "bias");
    }

    /** The same under other names of the scale and the shift. */
    public static LayerNorm of(Weights weights, long channels, double epsilon, String scale, String shift) {
        return new LayerNorm(
                weights.get(scale, Init.constant(1), channels), weights.get(shift, Init.constant(0), channels), (float)
                        epsilon);
    }

    /** (.., C) to the same shape. */
    public NDArray forward(NDArray x) {
        return ai.djl.nn.norm.LayerNorm.layerNorm(x, new Shape(weight.size()), weight, bias, epsilon)
                .singletonOrThrow();
    }
}
