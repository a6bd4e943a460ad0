package org.sola.train.findtrack;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import java.util.ArrayList;
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

    /** The fusion alone: what most of an expression's meaning is learnt from, without the cost of drawing masks. */
    StepResult forwardFusion(ReferringBatch batch, NDManager manager) {
        var fused = fuse(batch, network.embedFrame(batch.samFrames(network, manager)), manager);
        var figures = new ArrayList<StepResult.Figure>();
        return new StepResult(fusionLoss(batch, fused, figures, manager), List.copyOf(figures));
    }

    /** Prompts and patches. */
    private NDList fuse(ReferringBatch batch, NDList features, NDManager manager) {
        var image = network.embedPatches(batch.fusionFrames(network, manager), features);
        return network.promptAndPatches(image, batch.pieces());
    }

    /** Of what the patches say, and of how far prompts are from those that SAM 2 knows. */
    private NDArray fusionLoss(ReferringBatch batch, NDList fused, List<StepResult.Figure> figures, NDManager manager) {
        var patches = patchHead.forward(fused.get(1));
        var target = batch.patchTargets(manager);
        var loss = PatchHead.loss(patches, target, batch.patchObjects(manager))
                .mean()
                .mul(Scalar.of(recipe.patchWeight()));
        figures.add(patchIou(patches, target));
        var known = network.pointPrompts(batch.points(manager));
        if (known.isEmpty()) {
            return loss;
        }
        var isOne = batch.isOne(manager);
        var distance = fused.get(0)
                .sub(known.get())
                .square()
                .mean(new int[] {2}, true)
                .mul(isOne)
                .sum();
        float count = isOne.sum().getFloat();
        figures.add(new StepResult.Figure("point off by", distance, count));
        return loss.add(distance.mul(Scalar.of(recipe.pointWeight() / Math.max(1, count))));
    }

    StepResult forward(ReferringBatch batch, NDManager manager) {
        var features = network.embedFrame(batch.samFrames(network, manager));
        var fused = fuse(batch, features, manager);
        var drawn = network.decode(features, fused.get(0));
        var target = batch.targets(manager);
        var shown = batch.shown(manager);

        var iou = MaskLosses.iou(drawn.masks(), target).stopGradient(); // (E, 1), 0 where nothing is shown
        var miss = drawn.ious().sub(iou);
        var figures = new ArrayList<StepResult.Figure>();
        var loss = maskLoss(drawn.masks(), target)
                .add(fusionLoss(batch, fused, figures, manager))
                .add(miss.square().mean().mul(Scalar.of(recipe.confidenceWeight())));
        double count = 0;
        for (float one : batch.shown()) {
            count += one;
        }
        var isDrawn = drawn.masks().flatten(1, 3).max(new int[] {1}).gt(0f).toType(DataType.FLOAT32, false);
        var hidden = shown.flatten().neg().add(1f);
        figures.add(new StepResult.Figure("iou", iou.mul(shown).sum(), count));
        figures.add(new StepResult.Figure("left empty", hidden.mul(not(isDrawn)).sum(), batch.expressions() - count));
        figures.add(new StepResult.Figure("confidence off by", miss.abs().sum(), batch.expressions()));
        return new StepResult(loss, List.copyOf(figures));
    }

    private static StepResult.Figure patchIou(NDArray patches, NDArray target) {
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
