package org.sola.alphaclip;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import java.util.Optional;
import org.sola.layer.Broadcast;
import org.sola.layer.LayerNorm;
import org.sola.layer.Observer;
import org.sola.layer.Scoped;
import org.sola.tensor.Init;
import org.sola.tensor.Weights;

/**
 * CLIP's image side with a second stem for the mask (Sun et al. 2024). B images, S input side, p patch side, L = (S / p)^2
 * patches, D width, E width of the shared space.
 */
final class VisionTransformer {
    private final AlphaClipConfig.Vision config;
    private final NDArray conv1; // (D, 3, p, p), no bias
    private final NDArray conv1Alpha; // (D, 1, p, p)
    private final NDArray classEmbedding; // (D)
    private final NDArray positionalEmbedding; // (1 + L, D)
    private final LayerNorm lnPre;
    private final Blocks transformer;
    private final LayerNorm lnPost;
    private final NDArray proj; // (D, E)

    private VisionTransformer(AlphaClipConfig config, Weights weights) {
        this.config = config.vision();
        int d = this.config.width();
        int p = this.config.patch();
        int side = this.config.side();
        double deviation = 1 / Math.sqrt(d);
        conv1 = weights.at("conv1").get("weight", Init.fanIn(3L * p * p), d, 3, p, p);
        conv1Alpha = weights.at("conv1_alpha").get("weight", Init.fanIn((long) p * p), d, 1, p, p);
        classEmbedding = weights.get("class_embedding", Init.normal(deviation), d);
        positionalEmbedding = weights.get("positional_embedding", Init.normal(deviation), 1L + side * side, d);
        lnPre = LayerNorm.of(weights.at("ln_pre"), d, AlphaClipConfig.EPSILON);
        transformer = Blocks.of(weights.at("transformer"), d, this.config.layers(), this.config.heads(), true);
        lnPost = LayerNorm.of(weights.at("ln_post"), d, AlphaClipConfig.EPSILON);
        proj = weights.get("proj", Init.normal(deviation), d, config.embedDim());
    }

    static VisionTransformer of(AlphaClipConfig config, Weights weights) {
        return new VisionTransformer(config, weights);
    }

    /** Images (B, 3, S, S) to the rows of their patches (B, L, D), which no mask is part of yet. */
    NDArray imagePatches(NDArray images) {
        return Scoped.array(() -> patches(images, conv1));
    }

    /** Masks (B, 1, S, S) to what they add to the patches, (B, L, D). */
    NDArray alphaPatches(NDArray alphas) {
        return Scoped.array(() -> patches(alphas, conv1Alpha));
    }

    /** A convolution whose stride is its kernel: one product of all patches with the kernel. */
    private NDArray patches(NDArray x, NDArray kernel) {
        long b = x.getShape().get(0);
        long channels = x.getShape().get(1);
        int p = config.patch();
        int side = config.side();
        var rows = x.reshape(b, channels, side, p, side, p)
                .transpose(0, 2, 4, 1, 3, 5)
                .reshape(b * side * side, channels * p * p);
        return rows.matMul(kernel.reshape(config.width(), -1).transpose()).reshape(b, (long) side * side, -1);
    }

    /** Patches of images (B or 1, L, D) and of masks (B, L, D) to features (B, E), not normalised. */
    NDArray forward(NDArray image, NDArray alpha, Observer observer) {
        return Scoped.array(() -> {
            long b = alpha.getShape().get(0);
            var first = Broadcast.rows(classEmbedding.reshape(1, 1, -1), b);
            var rows = NDArrays.concat(new NDList(first, image.add(alpha)), 1).add(positionalEmbedding);
            var normed = lnPre.forward(rows); // (B, 1 + L, D)
            observer.see("image_ln_pre", normed);
            var last = transformer.forward(normed, Optional.empty(), "image_layer_", observer);
            var pooled = lnPost.forward(last.get(":, 0"));
            observer.see("image_ln_post", pooled);
            var features = pooled.matMul(proj);
            observer.see("image_features", features);
            return features;
        });
    }
}
