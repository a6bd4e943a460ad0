package org.sola.train.findtrack;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Activation;
import java.util.List;
import java.util.Optional;
import org.sola.evfsam.EvfSam;
import org.sola.mask.Mask;
import org.sola.tensor.EngineMemory;
import org.sola.tensor.Kernels;
import org.sola.tensor.Scalar;
import org.sola.train.sam2.MaskLosses;

/**
 * What FindTrack++ is taught: the mask of what an expression means in a frame, at the frame's size, by binary cross
 * entropy and dice (Cho et al. 2025, {@code models/evf_sam.py}).
 *
 * @param network that learns
 * @param recipe the weights of the losses
 */
record FineTuningStage(EvfSam network, FineTuningRecipe recipe) {
    private static final double DICE_EPSILON = 1e-3; // 1e-6 of sums that the original divides by 1000

    /** All of SAM but its mask decoder and the embedding of "no mask"; of SAM 2's decoder not what frames are read with. */
    static boolean isFrozen(String parameter) {
        if (!parameter.startsWith("visual_model.")) {
            return false;
        }
        boolean isDecoder = parameter.contains("mask_decoder.") && !parameter.contains("mask_decoder.conv_s");
        return !isDecoder && !parameter.endsWith("no_mask_embed.weight");
    }

    /** The loss of a step's frames, each with one expression. */
    StepResult forward(List<TruthFrame> frames, NDManager manager) {
        var visual = new NDList();
        var fusion = new NDList();
        for (var frame : frames) {
            visual.add(network.input(frame.image(), manager));
            network.fusionInput(frame.image(), manager).ifPresent(fusion::add);
        }
        var features = network.embedFrame(NDArrays.concat(visual, 0));
        var image = network.embedPatches(
                fusion.isEmpty() ? Optional.empty() : Optional.of(NDArrays.concat(fusion, 0)), features);
        var pieces = frames.stream().map(TruthFrame::pieces).toList();
        var drawn = network.decode(features, network.prompt(image, pieces));
        var crossEntropy = new NDList();
        var dice = new NDList();
        var iou = new NDList();
        int shown = 0;
        for (int e = 0; e < frames.size(); e++) {
            var truth = frames.get(e).truth();
            var size = network.size(truth.height(), truth.width());
            var logits = network.toFrame(drawn.masks().get(e + ":" + (e + 1)), size);
            var target = target(truth, manager);
            crossEntropy.add(Kernels.binaryCrossEntropy(logits, target, target.onesLike()));
            dice.add(MaskLosses.diceOfShares(Activation.sigmoid(logits), target, DICE_EPSILON));
            if (!truth.isEmpty()) {
                iou.add(MaskLosses.iou(logits, target));
                shown++;
            }
        }
        var crossEntropyMean = NDArrays.stack(crossEntropy).mean();
        var diceMean = NDArrays.stack(dice).mean();
        var loss = crossEntropyMean
                .mul(Scalar.of(recipe.crossEntropyWeight()))
                .add(diceMean.mul(Scalar.of(recipe.diceWeight())));
        var ious = iou.isEmpty() ? loss.zerosLike() : NDArrays.stack(iou).sum();
        return new StepResult(
                loss,
                List.of(
                        new StepResult.Figure("cross entropy", crossEntropyMean, 1),
                        new StepResult.Figure("dice", diceMean, 1),
                        new StepResult.Figure("iou", ious, shown)));
    }

    /** (1, 1, H, W), 0 or 1. */
    private static NDArray target(Mask truth, NDManager manager) {
        byte[] bytes = truth.toBytes();
        var values = new float[bytes.length];
        for (int i = 0; i < values.length; i++) {
            values[i] = bytes[i] == 0 ? 0 : 1;
        }
        return EngineMemory.of(manager, values, new Shape(1, 1, truth.height(), truth.width()));
    }
}
