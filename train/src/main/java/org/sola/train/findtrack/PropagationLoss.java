package org.sola.train.findtrack;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.DataType;
import org.sola.tensor.Scalar;
import org.sola.train.sam2.MaskLosses;

/**
 * The losses of masks that compete for pixels. B clips, K masks, background before them.
 *
 * <p>The published training draws points, three quarters of them among the most uncertain; here all pixels count, with the
 * weights that these draws give them on average.
 */
final class PropagationLoss {
    private static final double UNCERTAIN_SHARE = 0.25; // the most uncertain pixels of those that are drawn from
    private static final double IMPORTANCE = 0.75; // share of the points that are drawn among these
    private static final double LEAST_SHARE = 1e-4;

    private PropagationLoss() {}

    /** Cross entropy and dice of logits (B, 1 + K, H, W) with shares (B, 1 + K, H, W) that sum to 1 at each pixel. */
    static NDArray masks(NDArray logits, NDArray target) {
        var logShares = logits.logSoftmax(1);
        var crossEntropy = logShares
                .mul(target)
                .sum(new int[] {1})
                .neg()
                .mul(weights(logits.stopGradient()))
                .mean();
        var dice = MaskLosses.diceOfShares(logShares.exp().get(":, 1:"), target.get(":, 1:"), 1);
        return crossEntropy.add(dice.mean());
    }

    /** (B, H, W), 1 on average: pixels weigh more where the two largest logits are close. */
    private static NDArray weights(NDArray logits) {
        var two = logits.topK(2, 1, true, true).get(0);
        var certainty = two.get(":, 0").sub(two.get(":, 1")); // (B, H, W)
        var shape = certainty.getShape();
        long pixels = shape.get(1) * shape.get(2);
        var least = certainty
                .reshape(shape.get(0), pixels)
                .topK((int) Math.max(1, pixels * UNCERTAIN_SHARE), 1, false, false)
                .get(0)
                .max(new int[] {1}, true);
        var isUncertain = certainty.lte(least.expandDims(2)).toType(DataType.FLOAT32, false);
        return isUncertain.mul(Scalar.of(IMPORTANCE / UNCERTAIN_SHARE)).add((float) (1 - IMPORTANCE));
    }

    /**
     * Whether keys match what belongs together: whose the remembered cells are is read with them, and compared with whose
     * the cells that read are, as far as the memory knows them. Owners count alike, whatever their size.
     *
     * @param similarity (B, L, M), of L cells to M remembered ones
     * @param remembered whose these are, (B, M, C), shares that sum to 1
     * @param owners whose the reading cells are, (B, L, C)
     */
    static NDArray match(NDArray similarity, NDArray remembered, NDArray owners) {
        var isKnown = remembered.max(new int[] {1}, true).gt(0f).toType(DataType.FLOAT32, false); // (B, 1, C)
        var areas = owners.sum(new int[] {1}, true).mul(isKnown);
        var isSeen = areas.gt(0f).toType(DataType.FLOAT32, false);
        var weights = owners.mul(isSeen).div(areas.maximum(Scalar.of(LEAST_SHARE)));
        var read = similarity.softmax(2).batchMatMul(remembered); // (B, L, C)
        var missed = read.add((float) LEAST_SHARE).log().mul(weights).sum().neg();
        return missed.div(isSeen.sum());
    }

    /** IoU of the masks with the largest logits, (B, K) in 0..1, 0 where both are empty. */
    static NDArray iou(NDArray logits, NDArray target) {
        var own = logits.gte(logits.max(new int[] {1}, true))
                .toType(DataType.FLOAT32, false)
                .get(":, 1:");
        var truth = target.get(":, 1:");
        var axes = new int[] {2, 3};
        var overlap = own.mul(truth).sum(axes);
        var union = own.sum(axes).add(truth.sum(axes)).sub(overlap);
        return overlap.div(union.maximum(Scalar.of(1)));
    }
}
