package org.sola.groundingdino;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import org.sola.layer.LayerNorm;
import org.sola.layer.Linear;
import org.sola.layer.Scoped;
import org.sola.tensor.Weights;

/**
 * Image and text attend to each other by one table of products (GLIP, Li et al. 2022). N image rows, T word pieces, C
 * channels, I inner width, h heads.
 */
final class FusionLayer {
    /** Products are held within this range by the reference. */
    private static final float LIMIT = 50_000;

    private final LayerNorm imageNorm;
    private final LayerNorm textNorm;
    private final NDArray imageShare;
    private final NDArray textShare;
    private final Linear imageProj;
    private final Linear textProj;
    private final Linear imageValues;
    private final Linear textValues;
    private final Linear imageOut;
    private final Linear textOut;
    private final int heads;
    private final float scale;

    private FusionLayer(GroundingDinoConfig config, Weights weights) {
        int channels = config.hiddenDim();
        int inner = config.fusionDim();
        this.imageNorm = LayerNorm.of(weights.at("layer_norm_v"), channels, Swin.EPSILON);
        this.textNorm = LayerNorm.of(weights.at("layer_norm_l"), channels, Swin.EPSILON);
        this.imageShare = weights.get("gamma_v", channels);
        this.textShare = weights.get("gamma_l", channels);
        var attention = weights.at("attn");
        this.imageProj = Linear.of(attention.at("v_proj"), channels, inner);
        this.textProj = Linear.of(attention.at("l_proj"), channels, inner);
        this.imageValues = Linear.of(attention.at("values_v_proj"), channels, inner);
        this.textValues = Linear.of(attention.at("values_l_proj"), channels, inner);
        this.imageOut = Linear.of(attention.at("out_v_proj"), inner, channels);
        this.textOut = Linear.of(attention.at("out_l_proj"), inner, channels);
        this.heads = config.fusionHeads();
        this.scale = (float) (1 / Math.sqrt((double) inner / heads));
    }

    static FusionLayer of(GroundingDinoConfig config, Weights weights) {
        return new FusionLayer(config, weights);
    }

    /** Image (N, C) and text (T, C) to the same two. */
    NDList forward(NDArray image, NDArray text) {
        return Scoped.list(() -> {
            // the normalised rows also stand for the inputs in the sums at the end
            var v = imageNorm.forward(image);
            var l = textNorm.forward(text);
            var products = split(imageProj.forward(v).mul(scale))
                    .batchMatMul(split(textProj.forward(l)).transpose(0, 2, 1)); // (h, N, T)
            products = products.sub(products.max()).clip(-LIMIT, LIMIT);
            var turned = products.transpose(0, 2, 1); // (h, T, N)
            turned = turned.sub(turned.max(new int[] {2}, true)).clip(-LIMIT, LIMIT);
            var toImage = join(products.softmax(2).batchMatMul(split(textValues.forward(l))));
            var toText = join(turned.softmax(2).batchMatMul(split(imageValues.forward(v))));
            return new NDList(
                    v.add(imageOut.forward(toImage).mul(imageShare)),
                    l.add(textOut.forward(toText).mul(textShare)));
        });
    }

    private NDArray split(NDArray x) {
        return x.reshape(x.getShape().get(0), heads, -1).transpose(1, 0, 2);
    }

    private static NDArray join(NDArray x) {
        return x.transpose(1, 0, 2).reshape(x.getShape().get(1), -1);
    }
}
