package org.sola.layer;

import ai.djl.ndarray.NDArray;
import org.sola.tensor.Init;
import org.sola.tensor.Kernels;
import org.sola.tensor.Weights;

/** Layer normalisation over the channel axis of (B, C, H, W), epsilon 1e-6. */
public final class LayerNorm2d {
    private final NDArray weight;
    private final NDArray bias;

    private LayerNorm2d(NDArray weight, NDArray bias) {
        this.weight = weight;
        this.bias = bias;
    }

    public static LayerNorm2d of(Weights weights, long channels) {
        return new LayerNorm2d(
                weights.get("weight", Init.constant(1), channels), weights.get("bias", Init.constant(0), channels));
    }

    public NDArray forward(NDArray x) {
        return Kernels.layerNorm2d(x, weight, bias);
    }
}
