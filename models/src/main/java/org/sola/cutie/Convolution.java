package org.sola.cutie;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDScope;
import ai.djl.ndarray.types.Shape;
import org.sola.tensor.EngineMemory;
import org.sola.tensor.Init;
import org.sola.tensor.Kernels;
import org.sola.tensor.OneDnn;
import org.sola.tensor.OneDnn.Activation;
import org.sola.tensor.Weights;

/**
 * A convolution of (B, C, H, W), padded so that stride 1 keeps the size. The batch normalisation that follows it in the
 * ResNets always uses its stored statistics, in training too, and so is a part of weight and bias.
 */
final class Convolution {
    private static final float EPSILON = 1e-5f;

    private final NDArray weight; // (out, in, k, k)
    private final NDArray bias; // (out); null under a norm
    private final Norm norm; // null without
    private final int stride;
    private final int padding;
    private Folded folded; // once nothing is learnt
    private NDArray packed; // the weight as oneDNN wants it

    /** A frozen batch normalisation, (out) each. */
    private record Norm(NDArray weight, NDArray bias, NDArray mean, NDArray variance) {}

    private record Folded(NDArray weight, NDArray bias) {}

    private Convolution(NDArray weight, NDArray bias, Norm norm, int stride, int padding) {
        this.weight = weight;
        this.bias = bias;
        this.norm = norm;
        this.stride = stride;
        this.padding = padding;
    }

    /** With a bias. */
    static Convolution of(Weights weights, long in, long out, int kernel) {
        var init = Init.fanIn(in * kernel * kernel);
        return new Convolution(
                weights.get("weight", init, out, in, kernel, kernel),
                weights.get("bias", init, out),
                null,
                1,
                kernel / 2);
    }

    /** Without bias, normalised. */
    static Convolution normed(Weights weights, Weights norm, long in, long out, int kernel, int stride) {
        var init = Init.normal(Math.sqrt(2.0 / (out * kernel * kernel)));
        return new Convolution(
                weights.get("weight", init, out, in, kernel, kernel),
                null,
                new Norm(
                        norm.get("weight", Init.constant(1), out),
                        norm.get("bias", Init.constant(0), out),
                        norm.get("running_mean", Init.constant(0), out),
                        norm.get("running_var", Init.constant(1), out)),
                stride,
                kernel / 2);
    }

    NDArray forward(NDArray x) {
        return forward(x, Activation.NONE);
    }

    /** The same with ReLU. */
    NDArray forwardRelu(NDArray x) {
        return forward(x, Activation.RELU);
    }

    private NDArray forward(NDArray x, Activation activation) {
        var parameters = parameters();
        if (isFused(x)) {
            return OneDnn.conv2d(x, packed(x, parameters), parameters.bias(), stride, padding, activation);
        }
        return activated(Kernels.conv2d(x, parameters.weight(), parameters.bias(), stride, padding, 1), activation);
    }

    /** The result added to {@code sum}, which has its shape and is used up. */
    NDArray forwardOnto(NDArray sum, NDArray x) {
        return forwardOnto(sum, x, Activation.NONE);
    }

    /** The same with ReLU. */
    NDArray forwardOntoRelu(NDArray sum, NDArray x) {
        return forwardOnto(sum, x, Activation.RELU);
    }

    private NDArray forwardOnto(NDArray sum, NDArray x, Activation activation) {
        var parameters = parameters();
        if (isFused(x) && !sum.hasGradient()) {
            return OneDnn.conv2dOnto(sum, x, packed(x, parameters), parameters.bias(), stride, padding, activation);
        }
        var other = Kernels.conv2d(x, parameters.weight(), parameters.bias(), stride, padding, 1);
        return activated(sum.add(other), activation);
    }

    private static NDArray activated(NDArray y, Activation activation) {
        return activation == Activation.RELU ? ai.djl.nn.Activation.relu(y) : y;
    }

    private boolean learns() {
        return weight.hasGradient()
                || (norm == null ? bias.hasGradient() : norm.weight().hasGradient());
    }

    private boolean isFused(NDArray x) {
        return OneDnn.serves(x, weight) && !x.hasGradient() && !learns();
    }

    private synchronized NDArray packed(NDArray x, Folded parameters) {
        if (packed == null) {
            packed = OneDnn.packed(parameters.weight(), x, stride, padding);
            NDScope.unregister(packed);
        }
        return packed;
    }

    private synchronized Folded parameters() {
        if (norm == null) {
            return new Folded(weight, bias);
        }
        if (learns()) {
            return fold(); // what is learnt changes
        }
        if (folded == null) {
            try (var scope = new NDScope()) {
                scope.suppressNotUsedWarning();
                folded = fold();
                NDScope.unregister(folded.weight(), folded.bias());
            }
        }
        return folded;
    }

    private Folded fold() {
        var scale = norm.weight().div(norm.variance().add(EPSILON).sqrt());
        return new Folded(
                weight.mul(scale.reshape(-1, 1, 1, 1)),
                norm.bias().sub(norm.mean().mul(scale)));
    }

    /** (B, C, H, W) with channels last in memory, which the engine's convolutions keep to. */
    static NDArray channelsLast(NDArray x) {
        return Kernels.contiguous(x.transpose(0, 2, 3, 1)).transpose(0, 3, 1, 2);
    }

    /** (B, C, H, W) to (B, H W, C): no copy where channels lie last. */
    static NDArray rows(NDArray map) {
        var shape = map.getShape();
        return Kernels.contiguous(map.transpose(0, 2, 3, 1))
                .reshape(shape.get(0), shape.get(2) * shape.get(3), shape.get(1));
    }

    /** (B, H W, C) to (B, C, H, W), channels last. */
    static NDArray map(NDArray rows, long height, long width) {
        var shape = rows.getShape();
        return rows.reshape(shape.get(0), height, width, shape.get(2)).transpose(0, 3, 1, 2);
    }

    /** A constant of (1) beside {@code near} that outlives scopes. */
    static NDArray zero(NDArray near) {
        var zero = EngineMemory.of(near.getManager(), new float[1], new Shape(1));
        NDScope.unregister(zero);
        return zero;
    }
}
