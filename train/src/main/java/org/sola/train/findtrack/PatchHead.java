package org.sola.train.findtrack;

import ai.djl.ndarray.NDArray;
import ai.djl.nn.Activation;
import org.sola.evfsam.EvfSamConfig;
import org.sola.layer.LayerNorm;
import org.sola.layer.Linear;
import org.sola.tensor.Scalar;
import org.sola.tensor.Weights;

/**
 * Serves the training alone: says of each patch whether it shows what the expression means, so that every patch is told
 * what one prompt token could tell of them only by way of a finished mask. E expressions, g patches a side.
 */
record PatchHead(LayerNorm norm, Linear meant, int gridSize) {
    private static final double EPSILON = 1e-5;

    /** @param weights of the whole training */
    static PatchHead of(EvfSamConfig.Fusion config, Weights weights) {
        var own = weights.at(FindTrackTraining.AUXILIARY);
        return new PatchHead(
                LayerNorm.of(own.at("norm"), config.width(), EPSILON),
                Linear.of(own.at("meant"), config.width(), 1),
                config.gridSize());
    }

    /**
     * Cross entropy in which what is meant, all other objects and the rest of the frame weigh the same, as objects cover
     * few patches and those that are not meant teach the most. All (E, 1, g, g), result (E).
     *
     * @param target covered by what is meant, 0..1
     * @param objects covered by any object, 0..1
     */
    static NDArray loss(NDArray logits, NDArray target, NDArray objects) {
        var wrong = Activation.softPlus(logits);
        return mean(Activation.softPlus(logits.neg()), target)
                .add(mean(wrong, objects.sub(target)))
                .add(mean(wrong, objects.neg().add(1f)));
    }

    private static NDArray mean(NDArray values, NDArray weights) {
        var axes = new int[] {1, 2, 3};
        return values.mul(weights).sum(axes).div(weights.sum(axes).maximum(Scalar.of(1)));
    }

    /** Patches (E, g g, D) to logits (E, 1, g, g). */
    NDArray forward(NDArray patches) {
        return meant.forward(norm.forward(patches)).reshape(-1, 1, gridSize, gridSize);
    }
}
