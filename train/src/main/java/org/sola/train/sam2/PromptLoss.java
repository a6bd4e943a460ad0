package org.sola.train.sam2;

import ai.djl.ndarray.NDArray;
import org.sola.sam2.MaskDecoder;
import org.sola.tensor.Scalar;

/**
 * The loss of decoded prompts, as SAM 2 weighs it: 20 focal + 1 dice on the best of the three masks (and on the single
 * mask), 1 on the predicted IoU of every mask, 1 on the object score. Prompts that mean no object teach the predicted
 * IoU and the score alone.
 *
 * @param loss scalar
 * @param bestIou scalar, mean IoU of the best mask over the prompts that mean an object
 * @param singleIou scalar, the same of the single mask
 * @param bestTokens (B, C): mask token of the best mask, from which the object token is made
 */
record PromptLoss(NDArray loss, NDArray bestIou, NDArray singleIou, NDArray bestTokens) {
    private static final float FOCAL_WEIGHT = 20;

    /**
     * @param target (B, 1, S/4, S/4)
     * @param present (B, 1): 1 where the object is there
     * @param ambiguous whether the multimask output is what inference will use for such prompts
     */
    static PromptLoss of(MaskDecoder.Output output, NDArray target, NDArray present, boolean ambiguous) {
        var mask = MaskLosses.focal(output.masks(), target)
                .mul(Scalar.of(FOCAL_WEIGHT))
                .add(MaskLosses.dice(output.masks(), target)); // (B, 4)
        var single = mask.get(":, :1");
        var three = mask.get(":, 1:");
        var best = three.min(new int[] {1}, true);
        float multimaskWeight = ambiguous ? 1f : 0.3f;
        var maskLoss =
                mean(best.mul(Scalar.of(multimaskWeight)).add(single.mul(Scalar.of(1.3 - multimaskWeight))), present);

        var iou = MaskLosses.iou(output.masks(), target).mul(present).stopGradient(); // (B, 4)
        var iouLoss = output.ious().sub(iou).square().mean().mul(Scalar.of(4));
        var scoreLoss = MaskLosses.binary(output.objectScore(), present);

        long b = mask.getShape().get(0);
        long c = output.maskTokens().getShape().get(2);
        var index = three.argMin(1).add(1).reshape(b, 1, 1).broadcast(b, 1, c);
        var tokens = output.maskTokens().gather(index, 1).reshape(b, c);
        if (!ambiguous) {
            tokens = output.maskTokens().get(":, 0");
        }
        return new PromptLoss(
                maskLoss.add(iouLoss).add(scoreLoss),
                mean(iou.get(":, 1:").max(new int[] {1}, true), present),
                mean(iou.get(":, :1"), present),
                tokens);
    }

    private static NDArray mean(NDArray perPrompt, NDArray present) {
        return perPrompt.mul(present).sum().div(present.sum().maximum(Scalar.of(1)));
    }
}
