package org.sola.layer;

import ai.djl.ndarray.NDArray;
import org.sola.tensor.Init;
import org.sola.tensor.OneDnn;
import org.sola.tensor.OneDnn.Activation;
import org.sola.tensor.Weights;

/** {@code y = x w' + b} over the last axis; parameters {@code weight (out, in)} and {@code bias (out)}. */
public final class Linear {
    /** oneDNN reorders the matrix at every call, which only many rows make up for. */
    private static final long ROWS_WORTH_IT = 128;

    private final NDArray weight;
    private final NDArray bias;

    private Linear(NDArray weight, NDArray bias) {
        this.weight = weight;
        this.bias = bias;
    }

    public static Linear of(Weights weights, long in, long out) {
        return new Linear(weights.get("weight", Init.fanIn(in), out, in), weights.get("bias", Init.fanIn(in), out));
    }

    /** The same under other names of the matrix and the shift. */
    public static Linear of(Weights weights, long in, long out, String matrix, String shift) {
        return new Linear(weights.get(matrix, Init.fanIn(in), out, in), weights.get(shift, Init.fanIn(in), out));
    }

    /** A 1x1 convolution, {@code weight (out, in, 1, 1)}, for maps whose channels come last. */
    public static Linear ofPointwise(Weights weights, long in, long out) {
        return new Linear(
                weights.get("weight", Init.fanIn(in), out, in, 1, 1), weights.get("bias", Init.fanIn(in), out));
    }

    /** (.., in) to (.., out). */
    public NDArray forward(NDArray x) {
        return apply(x, weight(), bias);
    }

    /** The same for a matrix (out, in) and a bias (out) that are a part of something larger. */
    public static NDArray apply(NDArray x, NDArray weight, NDArray bias) {
        return isFused(x, weight, bias)
                ? OneDnn.linear(x, weight, bias, Activation.NONE)
                : ai.djl.nn.core.Linear.linear(x, weight, bias).singletonOrThrow();
    }

    /** The same with ReLU. */
    public NDArray forwardRelu(NDArray x) {
        return isFused(x) ? OneDnn.linear(x, weight(), bias, Activation.RELU) : ai.djl.nn.Activation.relu(forward(x));
    }

    /** The same with the exact (erf) GELU. */
    public NDArray forwardGelu(NDArray x) {
        return isFused(x) ? OneDnn.linear(x, weight(), bias, Activation.GELU) : ai.djl.nn.Activation.gelu(forward(x));
    }

    private boolean isFused(NDArray x) {
        return isFused(x, weight, bias);
    }

    private static boolean isFused(NDArray x, NDArray weight, NDArray bias) {
        return x.size() >= ROWS_WORTH_IT * weight.getShape().get(1) && OneDnn.serves(x, weight, bias);
    }

    /** The matrix alone, (out, in), for rewritings that apply it elsewhere. */
    public NDArray weight() {
        var shape = weight.getShape();
        return shape.dimension() == 2 ? weight : weight.reshape(shape.get(0), shape.get(1));
    }

    public NDArray bias() {
        return bias;
    }
}
