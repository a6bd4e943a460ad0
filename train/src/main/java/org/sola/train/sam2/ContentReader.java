package org.sola.train.sam2;

import ai.djl.ndarray.NDArray;
import org.sola.layer.Linear;
import org.sola.tensor.Weights;

/**
 * Makes a token read what lies under its mask: the encoder's contents there must be linearly readable from it. A class
 * label says one thing of an object, this says as many as there are channels, so tokens learn it from far fewer objects.
 */
final class ContentReader {
    static final double WEIGHT = 5;

    private final Linear toContents;

    private ContentReader(Linear toContents) {
        this.toContents = toContents;
    }

    static ContentReader of(int channels, Weights weights) {
        return new ContentReader(Linear.of(weights, channels, PooledKinds.WIDTH));
    }

    /**
     * The share of the contents' variance that is not read, 0 when all is; can exceed 1.
     *
     * @param tokens (N, C)
     * @param contents (N, WIDTH), taken as they are
     */
    NDArray loss(NDArray tokens, NDArray contents) {
        var goal = contents.stopGradient();
        var spread = goal.sub(goal.mean(new int[] {0}, true)).square().mean();
        var missed = toContents.forward(tokens).sub(goal).square().mean();
        return missed.div(spread.add(1e-6f));
    }
}
