package org.sola.train.sam2;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.DataType;
import ai.djl.nn.Activation;
import org.sola.tensor.Kernels;
import org.sola.tensor.Scalar;

/**
 * The losses of SAM 2's training, per prompt: focal and dice on mask logits, L1 on predicted IoU. B prompts, K masks a
 * prompt; targets are soft (the covered share of each low-resolution pixel), so that a logit of zero lies on the edge.
 */
public final class MaskLosses {
    private MaskLosses() {}

    /** Focal loss with gamma 2 and alpha 0.25, mean over pixels; logits (B, K, H, W), target (B, 1, H, W) to (B, K). */
    public static NDArray focal(NDArray logits, NDArray target) {
        var probability = Activation.sigmoid(logits);
        var crossEntropy = Activation.softPlus(logits).sub(logits.mul(target));
        var miss = probability.sub(target).square(); // (1 - p_t)^2 for hard targets
        var alpha = target.mul(Scalar.of(-0.5)).add(0.75f); // 0.25 where set, 0.75 elsewhere
        return crossEntropy.mul(miss).mul(alpha).flatten(2, 3).mean(new int[] {2});
    }

    /** Dice loss, (B, K, H, W) and (B, 1, H, W) to (B, K) in 0..1. */
    public static NDArray dice(NDArray logits, NDArray target) {
        return diceOfShares(Activation.sigmoid(logits), target, 1);
    }

    /**
     * Dice loss of what was made shares of already, (B, K, H, W) in 0..1 and a target of that shape or (B, 1, H, W).
     *
     * @param epsilon added to both sides of the fraction, in pixels: what a mask has to reach to count
     */
    public static NDArray diceOfShares(NDArray shares, NDArray target, double epsilon) {
        var axes = new int[] {2, 3};
        var overlap = shares.mul(target).sum(axes).mul(Scalar.of(2));
        var total = shares.sum(axes).add(target.sum(axes));
        return overlap.add((float) epsilon)
                .div(total.add((float) epsilon))
                .neg()
                .add(1f);
    }

    /** IoU of the masks {@code logits > 0} with {@code target > 0.5}, (B, K) in 0..1, without gradient. */
    public static NDArray iou(NDArray logits, NDArray target) {
        var predicted = logits.gt(0f).toType(DataType.FLOAT32, false);
        var truth = target.gt(0.5f).toType(DataType.FLOAT32, false);
        var axes = new int[] {2, 3};
        var overlap = predicted.mul(truth).sum(axes);
        var union = predicted.sum(axes).add(truth.sum(axes)).sub(overlap);
        return overlap.div(union.maximum(Scalar.of(1)));
    }

    /** Binary cross entropy of logits with 0/1 targets of the same shape, mean. */
    static NDArray binary(NDArray logits, NDArray targets) {
        return Kernels.binaryCrossEntropy(logits, targets, targets.onesLike());
    }
}
