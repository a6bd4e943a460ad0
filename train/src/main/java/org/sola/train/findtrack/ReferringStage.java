package org.sola.train.findtrack;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import java.util.List;
import org.sola.evfsam.EvfSam;
import org.sola.tensor.Scalar;
import org.sola.tensor.Weights;
import org.sola.train.sam2.MaskLosses;

/**
 * What the referring segmenter is taught: the mask of an expression, empty where the frame shows nothing that is meant,
 * by focal and dice loss as SAM's; the same of the fusion's patches; and a confidence that is the IoU of what it has
 * drawn, 0 where nothing is meant: so a frame in which the object cannot be seen does not become the key frame.
 */
record ReferringStage(EvfSam network, PatchHead patchHead, FindTrackRecipe.Segmenter recipe) {
    private static final double FOCAL_WEIGHT = 20;

    /** @param weights from which {@code network} was made */
    static ReferringStage of(EvfSam network, Weights weights, FindTrackRecipe.Segmenter recipe) {
        return new ReferringStage(network, PatchHead.of(network.config().fusion(), weights), recipe);
    }

    /** The patches alone: what most of an expression's meaning is learnt from, at half the cost. */
    StepResult forwardPatches(ReferringBatch batch, NDManager manager) {
        var features = network.embedFrame(batch.samFrames(network, manager));
        var image = network.embedPatches(batch.fusionFrames(network, manager), features);
        var patches = patchHead.forward(
                network.promptAndPatches(image, batch.pieces()).get(1));
        var target = batch.patchTargets(manager);
        return new StepResult(
                PatchHead.loss(patches, target, batch.patchObjects(manager)).mean(),
                List.of(patchIou(batch, patches, target, manager)));
    }

    StepResult forward(ReferringBatch batch, NDManager manager) {
        var features = network.embedFrame(batch.samFrames(network, manager));
        var image = network.embedPatches(batch.fusionFrames(network, manager), features);
        var fused = network.promptAndPatches(image, batch.pieces());
        var drawn = network.decode(features, fused.get(0));
        var target = batch.targets(manager);
        var shown = batch.shown(manager);

        var patches = patchHead.forward(fused.get(1));
        var patchTarget = batch.patchTargets(manager);
        var iou = MaskLosses.iou(drawn.masks(), target).stopGradient(); // (E, 1), 0 where nothing is shown
        var miss = drawn.ious().sub(iou);
        var loss = maskLoss(drawn.masks(), target)
                .add(PatchHead.loss(patches, patchTarget, batch.patchObjects(manager))
                        .mean()
                        .mul(Scalar.of(recipe.patchWeight())))
                .add(miss.square().mean().mul(Scalar.of(recipe.confidenceWeight())));
        double count = 0;
        for (float one : batch.shown()) {
            count += one;
        }
        var isDrawn = drawn.masks().flatten(1, 3).max(new int[] {1}).gt(0f).toType(DataType.FLOAT32, false);
        var hidden = shown.flatten().neg().add(1f);
        return new StepResult(
                loss,
                List.of(
                        new StepResult.Figure("iou", iou.mul(shown).sum(), count),
                        patchIou(batch, patches, patchTarget, manager),
                        new StepResult.Figure(
                                "left empty", hidden.mul(not(isDrawn)).sum(), batch.expressions() - count),
                        new StepResult.Figure("confidence off by", miss.abs().sum(), batch.expressions())));
    }

    private static StepResult.Figure patchIou(
            ReferringBatch batch, NDArray patches, NDArray target, NDManager manager) {
        var shown = target.flatten(1, 3).max(new int[] {1}, true).gt(0.5f).toType(DataType.FLOAT32, false);
        var iou = MaskLosses.iou(patches, target).mul(shown).sum();
        return new StepResult.Figure("patch iou", iou, shown.sum().getFloat());
    }

    private static NDArray maskLoss(NDArray logits, NDArray target) {
        var focal = MaskLosses.focal(logits, target).mul(Scalar.of(FOCAL_WEIGHT));
        return focal.add(MaskLosses.dice(logits, target)).mean();
    }

    private static NDArray not(NDArray share) {
        return share.neg().add(1f);
    }
}
