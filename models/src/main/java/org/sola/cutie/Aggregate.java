package org.sola.cutie;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Activation;
import ai.djl.nn.pooling.Pool;

/** Lets the objects of a frame and the background compete for every pixel (soft aggregation). */
final class Aggregate {
    private static final float LEAST = 1e-7f;
    private static final float MOST = 1 - 1e-7f; // 1 - 2^-23 in float32

    private Aggregate() {}

    /** Probabilities (B, K, H, W), each object for itself, to logits (B, 1 + K, H, W), background first. */
    static NDArray logits(NDArray probabilities) {
        var background = probabilities.neg().add(1).prod(new int[] {1}, true);
        var all = background.concat(probabilities, 1).clip(LEAST, MOST);
        return all.div(all.neg().add(1)).log();
    }

    /** Per pixel the sum of the other objects' shares, at most 1; (B, K, H, W) to the same shape. */
    static NDArray others(NDArray masks) {
        return masks.sum(new int[] {1}, true).sub(masks).clip(0, 1);
    }

    /** Whether a pixel is the object's: its logit reaches the largest. (B, K, H, W), 1 or 0. */
    static NDArray isForeground(NDArray logitsOfObjects) {
        var all = logits(Activation.sigmoid(logitsOfObjects));
        var most = all.max(new int[] {1}, true);
        return all.get(":, 1:").gte(most).toType(DataType.FLOAT32, false);
    }

    /** Means of the squares of {@code factor} pixels a side: (B, C, H, W) to (B, C, H / factor, W / factor). */
    static NDArray shrink(NDArray maps, int factor) {
        var square = new Shape(factor, factor);
        return Pool.avgPool2d(maps, square, square, new Shape(0, 0), false, true);
    }
}
