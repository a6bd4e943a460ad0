package org.sola.cutie;

import ai.djl.ndarray.NDArray;
import ai.djl.nn.Activation;
import org.sola.tensor.Weights;

/** The keys under which a frame is remembered and with which it reads. */
final class KeyProjection {
    private final Convolution pixFeatProj;
    private final Convolution keyProj;
    private final Convolution dProj;
    private final Convolution eProj;

    private KeyProjection(CutieConfig config, Weights weights) {
        pixFeatProj = Convolution.of(
                weights.at("pix_feat_proj"), config.pixelEncoder().dim(2), config.pixelDim(), 1);
        keyProj = Convolution.of(weights.at("key_proj"), config.pixelDim(), config.keyDim(), 3);
        dProj = Convolution.of(weights.at("d_proj"), config.pixelDim(), 1, 3);
        eProj = Convolution.of(weights.at("e_proj"), config.pixelDim(), config.keyDim(), 3);
    }

    /** @param weights below {@code key_proj} */
    static KeyProjection of(CutieConfig config, Weights weights) {
        return new KeyProjection(config, weights);
    }

    /** What the last stage (B, C, h, w) is known by. */
    Keys forward(NDArray stage16) {
        var x = pixFeatProj.forward(stage16);
        return new Keys(keyProj.forward(x), dProj.forward(x).square().add(1), Activation.sigmoid(eProj.forward(x)));
    }

    /** See {@link CutieFeatures}. */
    record Keys(NDArray key, NDArray shrinkage, NDArray selection) {}
}
