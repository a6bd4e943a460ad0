package org.sola.layer;

import ai.djl.ndarray.NDArray;
import org.sola.tensor.Init;
import org.sola.tensor.Kernels;
import org.sola.tensor.Weights;

/** Doubles height and width: transposed convolution 2x2, stride 2; {@code weight (in, out, 2, 2)}, {@code bias (out)}. */
public final class ConvTranspose2d {
    private final NDArray weight;
    private final NDArray bias;

    private ConvTranspose2d(NDArray weight, NDArray bias) {
        this.weight = weight;
        this.bias = bias;
    }

    public static ConvTranspose2d of(Weights weights, long in, long out) {
        var init = Init.fanIn(out * 4);
        return new ConvTranspose2d(weights.get("weight", init, in, out, 2, 2), weights.get("bias", init, out));
    }

    /** (B, in, H, W) to (B, out, 2H, 2W). */
    public NDArray forward(NDArray x) {
        return Kernels.convTranspose2d(x, weight, bias);
    }
}
