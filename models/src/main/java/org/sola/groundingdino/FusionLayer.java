package org.sola.groundingdino;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import java.util.ArrayList;
import org.sola.layer.LayerNorm;
import org.sola.layer.Linear;
import org.sola.layer.Scoped;
import org.sola.tensor.Weights;

/**
 * Image and text attend to each other by one table of products (GLIP, Li et al. 2022). B pairs, N rows of all images, T
 * word pieces, C channels, I inner width, h heads, d = I / h.
 *
 * <p>The image's three projections between C and I are never made for its thousands of rows: they are linear, and what
 * they meet on the other side has h * T rows only, so they are applied there. The numbers are the same but for rounding;
 * {@code FusionLayerTest} holds the definition beside it.
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
    private final int inner;
    private final float scale;

    private FusionLayer(GroundingDinoConfig config, Weights weights) {
        int channels = config.hiddenDim();
        this.inner = config.fusionDim();
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

    /** Images (N, C) and texts (B, T, C) to the same two. */
    NDList forward(NDArray images, NDArray texts, Batch batch) {
        return Scoped.list(() -> {
            var image = new NDList();
            var text = new ArrayList<NDArray>();
            for (int b = 0; b < batch.size(); b++) {
                var pair = forward(batch.ofImage(images, b), batch.ofText(texts, b));
                image.add(pair.get(0));
                text.add(pair.get(1));
            }
            return new NDList(batch.size() == 1 ? image.get(0) : NDArrays.concat(image, 0), batch.padded(text::get));
        });
    }

    /** One image (N, C) and its text (T, C) to the same two. */
    NDList forward(NDArray image, NDArray text) {
        return Scoped.list(() -> {
            // the normalised rows also stand for the inputs in the sums at the end
            var v = imageNorm.forward(image);
            var l = textNorm.forward(text);
            var products = products(v, l); // (N, h * T)
            var toImage = toImage(products, l);
            var toText = toText(products, v);
            return new NDList(v.add(toImage.mul(imageShare)), l.add(toText.mul(textShare)));
        });
    }

    /** (v Wq + bq) k = v (Wq k) + bq k, for every head and piece. */
    private NDArray products(NDArray v, NDArray l) {
        var keys = byHead(textProj.forward(l).mul(scale)); // (h, T, d)
        var matrix = keys.batchMatMul(imageProj.weight().reshape(heads, inner / heads, -1)); // (h, T, C)
        var bias = keys.batchMatMul(imageProj.bias().reshape(heads, inner / heads, 1)); // (h, T, 1)
        var products = ai.djl.nn.core.Linear.linear(
                        v, matrix.reshape(-1, matrix.getShape().get(2)), bias.flatten())
                .singletonOrThrow();
        return products.subi(products.max()).clip(-LIMIT, LIMIT);
    }

    /** out(P values) = P (out values): each row of P sums to 1 over the pieces of a head. */
    private NDArray toImage(NDArray products, NDArray l) {
        long rows = products.getShape().get(0);
        var shares = products.reshape(rows, heads, -1).softmax(2).reshape(rows, -1);
        var values = byHead(textValues.forward(l)); // (h, T, d)
        var out = imageOut.weight().reshape(-1, heads, inner / heads).transpose(1, 2, 0); // (h, d, C)
        var matrix = values.batchMatMul(out).reshape(-1, out.getShape().get(2)); // (h * T, C)
        return shares.matMul(matrix).addi(imageOut.bias());
    }

    /** S (v Wv + bv) = (S v) Wv + bv: each row of S sums to 1 over the image. */
    private NDArray toText(NDArray products, NDArray v) {
        var turned = products.sub(products.max(new int[] {0}, true)).clip(-LIMIT, LIMIT);
        var seen = turned.softmax(0)
                .transpose()
                .matMul(v)
                .reshape(heads, -1, v.getShape().get(1)); // (h, T, C)
        var matrix = imageValues.weight().reshape(heads, inner / heads, -1).transpose(0, 2, 1); // (h, C, d)
        var values = seen.batchMatMul(matrix).add(imageValues.bias().reshape(heads, 1, inner / heads));
        return textOut.forward(
                values.transpose(1, 0, 2).reshape(values.getShape().get(1), -1));
    }

    private NDArray byHead(NDArray x) {
        return x.reshape(x.getShape().get(0), heads, -1).transpose(1, 0, 2);
    }
}
