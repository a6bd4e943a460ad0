package org.sola.sam2;

import ai.djl.ndarray.NDArray;
import ai.djl.nn.core.Linear;
import org.sola.tensor.Init;
import org.sola.tensor.OneDnn;
import org.sola.tensor.Weights;

/**
 * A 1x1 convolution of maps whose channels come last. Two in a row are one: their product is a small matrix, whereas the
 * map between them would be large.
 *
 * @param weight (out, in)
 * @param bias (out)
 */
record Lateral(NDArray weight, NDArray bias) {
    static Lateral of(Weights weights, long in, long out) {
        return new Lateral(
                weights.get("weight", Init.fanIn(in), out, in, 1, 1), weights.get("bias", Init.fanIn(in), out));
    }

    private NDArray matrix() {
        var shape = weight.getShape();
        return weight.reshape(shape.get(0), shape.get(1));
    }

    /** This convolution followed by {@code next}. */
    Lateral then(Lateral next) {
        var second = next.matrix();
        var shifted = second.matMul(bias.reshape(-1, 1)).reshape(-1).add(next.bias);
        return new Lateral(second.matMul(matrix()), shifted);
    }

    /** (B, H, W, in) to (B, out, H, W), a view: in memory the channels stay last. */
    NDArray forward(NDArray x) {
        var matrix = matrix();
        var mapped = OneDnn.serves(x, matrix, bias)
                ? OneDnn.linear(x, matrix, bias, OneDnn.Activation.NONE)
                : Linear.linear(x, matrix, bias).singletonOrThrow();
        return mapped.transpose(0, 3, 1, 2);
    }
}
