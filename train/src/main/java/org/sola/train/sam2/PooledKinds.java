package org.sola.train.sam2;

import ai.djl.ndarray.NDArray;
import ai.djl.nn.Activation;
import org.sola.layer.Conv2d;
import org.sola.sam2.FrameFeatures;
import org.sola.sam2.Sam2Config;
import org.sola.tensor.Kernels;
import org.sola.tensor.Weights;

/**
 * Supervision of the encoder in training only: the features under an object's mask, averaged, must tell its kind. Every
 * object of an image teaches the encoder by this short way. It is the coarsest features that must tell, since tokens see no
 * others.
 */
final class PooledKinds {
    /** Beside the losses of masks: with less, the encoder forgets in a thousand steps what it knew of kinds. */
    static final double WEIGHT = 4;

    static final int WIDTH = 256;

    private final Conv2d map;
    private final TokenProbe probe;

    private PooledKinds(Conv2d map, TokenProbe probe) {
        this.map = map;
        this.probe = probe;
    }

    static PooledKinds of(Sam2Config config, Weights weights) {
        return new PooledKinds(
                Conv2d.pointwise(weights.at("map"), config.hiddenDim(), WIDTH),
                TokenProbe.of(WIDTH, weights.at("probe")));
    }

    /**
     * What the encoder says of the objects under their masks.
     *
     * @param features of F frames
     * @param targets (F * P, 1, S/4, S/4), covered shares
     * @param rows the N of the F * P that show an object
     * @return (N, WIDTH)
     */
    NDArray contents(FrameFeatures features, NDArray targets, NDArray rows) {
        var s2 = features.s2().getShape();
        long f = s2.get(0);
        long h = s2.get(2);
        long w = s2.get(3);
        long p = targets.getShape().get(0) / f;
        var maps = map.forward(features.s2()).reshape(f, WIDTH, h * w);
        var shares = Kernels.bilinearAntialiased(targets, h, w).reshape(f, p, h * w);
        var sums = shares.matMul(maps.transpose(0, 2, 1)); // (F, P, E)
        var means = sums.div(shares.sum(new int[] {2}, true).add(1e-3f)).reshape(f * p, WIDTH);
        return Activation.relu(means).get(rows);
    }

    /** How well these contents tell what is true of the objects. */
    TokenProbe.Result forward(NDArray contents, TokenProbe.Truth truth) {
        return probe.forward(contents, truth);
    }
}
