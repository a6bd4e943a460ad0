package org.sola.layer;

import ai.djl.ndarray.NDArray;
import org.sola.tensor.Init;
import org.sola.tensor.Kernels;
import org.sola.tensor.Weights;

/** Convolution of (B, C, H, W) with a square kernel; parameters {@code weight (out, in / groups, k, k)}, {@code bias}. */
public final class Conv2d {
    private final NDArray weight;
    private final NDArray bias;
    private final int stride;
    private final int padding;
    private final int groups;

    private Conv2d(NDArray weight, NDArray bias, int stride, int padding, int groups) {
        this.weight = weight;
        this.bias = bias;
        this.stride = stride;
        this.padding = padding;
        this.groups = groups;
    }

    public static Conv2d of(Weights weights, long in, long out, long kernel, int stride, int padding, int groups) {
        var init = Init.fanIn(in / groups * kernel * kernel);
        return new Conv2d(
                weights.get("weight", init, out, in / groups, kernel, kernel),
                weights.get("bias", init, out),
                stride,
                padding,
                groups);
    }

    /** A 1x1 convolution. */
    public static Conv2d pointwise(Weights weights, long in, long out) {
        return of(weights, in, out, 1, 1, 0, 1);
    }

    public NDArray forward(NDArray x) {
        return Kernels.conv2d(x, weight, bias, stride, padding, groups);
    }
}
