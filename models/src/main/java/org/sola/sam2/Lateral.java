package org.sola.sam2;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import org.sola.tensor.Init;
import org.sola.tensor.Weights;

/**
 * A 1x1 convolution that takes channels last and gives channels first, so that no copy is needed between the trunk and
 * the decoder. Two in a row are one: their product is a small matrix, whereas the map between them would be large.
 *
 * @param weight (out, in)
 * @param bias (out, 1)
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

    /** (B, H, W, in) to (B, out, H, W). */
    NDArray forward(NDArray x) {
        var shape = x.getShape();
        long b = shape.get(0);
        var matrix = matrix();
        long out = matrix.getShape().get(0);
        var columns = x.reshape(b, -1, shape.get(3)).transpose(0, 2, 1); // (B, in, H W)
        return matrix.expandDims(0)
                .broadcast(new Shape(b, out, shape.get(3)))
                .batchMatMul(columns)
                .add(bias.reshape(-1, 1))
                .reshape(b, out, shape.get(1), shape.get(2));
    }
}
