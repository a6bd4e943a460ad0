package org.sola.zoo;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.AbstractBlock;
import ai.djl.training.ParameterStore;
import ai.djl.util.PairList;
import org.sola.sam2.Sam2;
import org.sola.sam2.Sam2Image;
import org.sola.tensor.Kernels;

/**
 * SAM 2 on images with the inputs and outputs that DJL's own translator gives and takes: the normalised image (1, 3,
 * 1024, 1024), N points (1, N, 2) in its pixels, x before y, and their labels (1, N): 0 background, 1 object, 2 and 3 a
 * box's corners. Gives the logits (1, 3, S/4, S/4) of three masks and their predicted IoU (1, 3).
 */
final class Sam2Block extends AbstractBlock {
    private static final int TRANSLATOR_SIDE = 1024;
    private static final int MASKS = 3;

    private final Sam2 whole;
    private final Sam2Image model;

    Sam2Block(Sam2 whole) {
        this.whole = whole;
        this.model = whole.image();
    }

    /** The network, for translators of prompts. */
    Sam2 whole() {
        return whole;
    }

    @Override
    protected NDList forwardInternal(
            ParameterStore store, NDList inputs, boolean training, PairList<String, Object> parameters) {
        if (inputs.isEmpty()) {
            return inputs; // a translator of prompts has asked the network itself
        }
        int side = model.config().imageSize();
        NDArray image = inputs.get(0);
        NDArray points = inputs.get(1);
        if (side != TRANSLATOR_SIDE) {
            image = Kernels.bilinearAntialiased(image, side, side);
            points = points.mul((float) side / TRANSLATOR_SIDE);
        }
        var features = model.imageEncoder().forward(image);
        var prompts = model.promptEncoder();
        var decoded = model.decode(features, prompts.points(points, inputs.get(2)), prompts.noMask());
        var choice = model.maskDecoder().choose(decoded, true);
        return new NDList(choice.masks(), choice.ious());
    }

    @Override
    public Shape[] getOutputShapes(Shape[] inputs) {
        long batch = inputs[0].get(0);
        int side = model.config().lowResSize();
        return new Shape[] {new Shape(batch, MASKS, side, side), new Shape(batch, MASKS)};
    }
}
