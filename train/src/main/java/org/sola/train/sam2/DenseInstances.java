package org.sola.train.sam2;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import org.sola.layer.Conv2d;
import org.sola.sam2.FrameFeatures;
import org.sola.sam2.Sam2Config;
import org.sola.tensor.Init;
import org.sola.tensor.Kernels;
import org.sola.tensor.Scalar;
import org.sola.tensor.Weights;

/**
 * Dense supervision of the image encoder, used early in training only: a vector for every low-resolution pixel, such
 * that the pixels of an object lie near the clicked one and all others far. It gives the encoder a gradient everywhere
 * while the decoder has not yet learned where to look.
 */
final class DenseInstances {
    private static final int WIDTH = 16;

    private final Conv2d fine;
    private final Conv2d middle;
    private final Conv2d coarse;
    private final NDArray radius; // squared distance at which a pixel is as likely in as out

    private DenseInstances(Sam2Config config, Weights weights) {
        int c = config.hiddenDim();
        this.fine = Conv2d.pointwise(weights.at("fine"), c / 8, WIDTH);
        this.middle = Conv2d.pointwise(weights.at("middle"), c / 4, WIDTH);
        this.coarse = Conv2d.pointwise(weights.at("coarse"), c, WIDTH);
        this.radius = weights.get("radius", Init.constant(2), 1);
    }

    static DenseInstances of(Sam2Config config, Weights weights) {
        return new DenseInstances(config, weights);
    }

    /**
     * Logits of the clicked objects.
     *
     * @param features of F frames
     * @param clicks (F * P) indices of the clicked low-resolution pixels, frame by frame
     * @return (F * P, 1, S/4, S/4)
     */
    NDArray logits(FrameFeatures features, NDArray clicks) {
        var s0 = features.s0().getShape();
        long f = s0.get(0);
        long h = s0.get(2);
        long w = s0.get(3);
        long p = clicks.size() / f;
        var vectors = fine.forward(features.s0())
                .add(Kernels.bilinear(middle.forward(features.s1()), h, w))
                .add(Kernels.bilinear(coarse.forward(features.s2()), h, w))
                .reshape(f, WIDTH, h * w); // (F, E, L)
        var at = clicks.reshape(f, 1, p).broadcast(f, WIDTH, p);
        var clicked = vectors.gather(at, 2); // (F, E, P)
        var products = clicked.transpose(0, 2, 1).matMul(vectors); // (F, P, L)
        var distance = vectors.square()
                .sum(new int[] {1}, true)
                .add(clicked.square().sum(new int[] {1}, true).transpose(0, 2, 1))
                .sub(products.mul(Scalar.of(2))); // (F, P, L)
        return radius.sub(distance).reshape(new Shape(f * p, 1, h, w));
    }
}
