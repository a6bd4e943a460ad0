package org.sola.layer;

import ai.djl.ndarray.NDArray;
import org.sola.tensor.Bfloat16;
import org.sola.tensor.Init;
import org.sola.tensor.OneDnn;
import org.sola.tensor.OneDnn.Activation;
import org.sola.tensor.Precision;
import org.sola.tensor.Weights;

/**
 * {@code y = x w' + b} over the last axis; parameters {@code weight (out, in)} and {@code bias (out)}. In the precision of
 * the weights that it is made of: a frozen matrix is rounded to bfloat16 once, at its first use.
 */
public final class Linear {
    /** oneDNN reorders the matrix at every call, which only many rows make up for. */
    private static final long ROWS_WORTH_IT = 128;

    private final NDArray weight;
    private final NDArray bias;
    private final Precision precision;
    private final Constant packed = new Constant(() -> Bfloat16.packed(weight()));
    private final Constant rounded = new Constant(() -> Bfloat16.rounded(bias()));

    private Linear(NDArray weight, NDArray bias, Precision precision) {
        this.weight = weight;
        this.bias = bias;
        this.precision = precision;
    }

    public static Linear of(Weights weights, long in, long out) {
        return of(weights, in, out, "weight", "bias");
    }

    /** The same under other names of the matrix and the shift. */
    public static Linear of(Weights weights, long in, long out, String matrix, String shift) {
        return new Linear(
                weights.get(matrix, Init.fanIn(in), out, in),
                weights.get(shift, Init.fanIn(in), out),
                weights.precision());
    }

    /** A 1x1 convolution, {@code weight (out, in, 1, 1)}, for maps whose channels come last. */
    public static Linear ofPointwise(Weights weights, long in, long out) {
        return new Linear(
                weights.get("weight", Init.fanIn(in), out, in, 1, 1),
                weights.get("bias", Init.fanIn(in), out),
                weights.precision());
    }

    /** (.., in) to (.., out); x may be of product type where {@link #forProduct} makes that. */
    public NDArray forward(NDArray x) {
        return forward(x, Activation.NONE);
    }

    /** The same with ReLU. */
    public NDArray forwardRelu(NDArray x) {
        return forward(x, Activation.RELU);
    }

    /** The same with the exact (erf) GELU. */
    public NDArray forwardGelu(NDArray x) {
        return forward(x, Activation.GELU);
    }

    /**
     * The same for what only enters further products of this precision: in bfloat16 the result stays of {@link Bfloat16}'s
     * product type, else it is float32.
     */
    public NDArray forProduct(NDArray x, Activation activation) {
        return isRounded() ? Bfloat16.linear(x, packed.get(), rounded.get(), activation) : forward(x, activation);
    }

    private NDArray forward(NDArray x, Activation activation) {
        if (isRounded()) {
            return Bfloat16.linearToFloat32(x, packed.get(), rounded.get(), activation);
        }
        if (precision != Precision.FLOAT32) {
            return activate(precision.linear(x, weight(), bias), activation);
        }
        return isFused(x, weight, bias)
                ? OneDnn.linear(x, weight(), bias, activation)
                : activate(ai.djl.nn.core.Linear.linear(x, weight(), bias).singletonOrThrow(), activation);
    }

    private static NDArray activate(NDArray x, Activation activation) {
        return switch (activation) {
            case NONE -> x;
            case RELU -> ai.djl.nn.Activation.relu(x);
            case GELU -> ai.djl.nn.Activation.gelu(x);
        };
    }

    /** The same in float32 for a matrix (out, in) and a bias (out) that are a part of something larger. */
    public static NDArray apply(NDArray x, NDArray weight, NDArray bias) {
        return isFused(x, weight, bias)
                ? OneDnn.linear(x, weight, bias, Activation.NONE)
                : ai.djl.nn.core.Linear.linear(x, weight, bias).singletonOrThrow();
    }

    private boolean isRounded() {
        return precision == Precision.BFLOAT16 && Bfloat16.serves(weight);
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
