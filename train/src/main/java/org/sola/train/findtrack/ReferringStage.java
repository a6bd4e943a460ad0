package org.sola.train.findtrack;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import java.util.List;
import org.sola.evfsam.EvfSam;
import org.sola.tensor.Scalar;
import org.sola.train.sam2.MaskLosses;

/**
 * What the referring segmenter is taught: the mask of an expression, empty where the frame shows nothing that is meant,
 * by focal and dice loss as SAM's, and a confidence that is the IoU of what it has drawn, 0 where nothing is meant: so a
 * frame in which the object cannot be seen does not become the key frame.
 */
record ReferringStage(EvfSam network, double confidenceWeight) {
    private static final double FOCAL_WEIGHT = 20;

    StepResult forward(ReferringBatch batch, NDManager manager) {
        var embedding = network.embedFrame(batch.samFrames(manager));
        var prompts = network.prompt(network.embedPatches(batch.fusionFrames(manager)), batch.pieces());
        var decoded = network.decode(embedding, prompts);
        var target = batch.targets(manager);
        var shown = batch.shown(manager);

        var masks = decoded.masks().get(":, 0:1"); // the single mask is what FindTrack uses
        var maskLoss =
                MaskLosses.focal(masks, target).mul(Scalar.of(FOCAL_WEIGHT)).add(MaskLosses.dice(masks, target));
        var iou = MaskLosses.iou(masks, target).stopGradient(); // (E, 1), 0 where nothing is shown
        var miss = decoded.ious().get(":, 0:1").sub(iou);
        var loss = maskLoss.mean().add(miss.square().mean().mul(Scalar.of(confidenceWeight)));
        double count = 0;
        for (float one : batch.shown()) {
            count += one;
        }
        var drawn = masks.flatten(1, 3).max(new int[] {1}).gt(0f).toType(DataType.FLOAT32, false);
        var hidden = shown.flatten().neg().add(1f);
        return new StepResult(
                loss,
                List.of(
                        new StepResult.Figure("iou", iou.mul(shown).sum(), count),
                        new StepResult.Figure(
                                "left empty", hidden.mul(not(drawn)).sum(), batch.expressions() - count),
                        new StepResult.Figure("confidence off by", miss.abs().sum(), batch.expressions())));
    }

    private static NDArray not(NDArray share) {
        return share.neg().add(1f);
    }
}
