package org.sola.sam2;

import ai.djl.ndarray.NDArray;
import org.sola.layer.LayerNorm;
import org.sola.layer.Linear;
import org.sola.layer.Mlp;
import org.sola.layer.Scoped;
import org.sola.layer.Windows;
import org.sola.tensor.Kernels;
import org.sola.tensor.OneDnn.Activation;
import org.sola.tensor.Precision;
import org.sola.tensor.Weights;

/**
 * A block of Hiera: attention inside windows (or over the whole map), then an MLP. The first block of stages 2 to 4
 * widens the channels and pools queries and shortcut 2x2. n windows of side w, h heads of d channels.
 */
final class HieraBlock {
    private static final double EPSILON = 1e-6;

    private final LayerNorm norm1;
    private final Linear qkv;
    private final Linear attnProj;
    private final LayerNorm norm2;
    private final Mlp mlp;
    private final Linear proj; // null where the width stays
    private final int heads;
    private final int window; // 0: the whole map
    private final boolean pools;
    private final Precision precision;

    private HieraBlock(Weights weights, long in, long out, int heads, int window, boolean pools) {
        this.norm1 = LayerNorm.of(weights.at("norm1"), in, EPSILON);
        this.qkv = Linear.of(weights.at("attn.qkv"), in, 3 * out);
        this.attnProj = Linear.of(weights.at("attn.proj"), out, out);
        this.norm2 = LayerNorm.of(weights.at("norm2"), out, EPSILON);
        this.mlp = Mlp.gelu(weights.at("mlp"), out, 4 * out, out, 2);
        this.proj = in == out ? null : Linear.of(weights.at("proj"), in, out);
        this.heads = heads;
        this.window = window;
        this.pools = pools;
        this.precision = weights.precision();
    }

    static HieraBlock of(Weights weights, long in, long out, int heads, int window, boolean pools) {
        return new HieraBlock(weights, in, out, heads, window, pools);
    }

    /** (B, H, W, in) to (B, H, W, out), or (B, H/2, W/2, out) where it pools. */
    NDArray forward(NDArray x) {
        var added = Scoped.array(() -> attentionPart(x));
        var result = Scoped.array(() -> added.add(mlp.forward(norm2.forward(added))));
        added.close();
        return result;
    }

    private NDArray attentionPart(NDArray x) {
        var normed = norm1.forward(x);
        var shortcut = proj == null ? x : proj.forward(normed);
        if (pools) {
            shortcut = pool(shortcut);
        }
        return shortcut.add(attend(normed));
    }

    private NDArray attend(NDArray x) {
        var shape = x.getShape();
        if (window == 0) {
            return attnProj.forward(attention(x));
        }
        long height = shape.get(1);
        long width = shape.get(2);
        var windows = attnProj.forward(attention(Windows.partition(x, window)));
        return pools
                ? Windows.join(windows, window / 2, height / 2, width / 2)
                : Windows.join(windows, window, height, width);
    }

    /** Self-attention inside each of the n maps: (n, w, w, in) to (n, w, w, out), half of w where it pools. */
    private NDArray attention(NDArray x) {
        var shape = x.getShape();
        long n = shape.get(0);
        long height = shape.get(1);
        long width = shape.get(2);
        var parts = qkv.forProduct(x, Activation.NONE).split(3, 3); // 3 x (n, w, w, h d)
        var q = pools ? pool(parts.get(0)) : parts.get(0);
        var attended = precision.attention(
                splitHeads(q, n), splitHeads(parts.get(1), n), splitHeads(parts.get(2), n)); // (n, h, L, d)
        long outHeight = pools ? height / 2 : height;
        long outWidth = pools ? width / 2 : width;
        return attended.transpose(0, 2, 1, 3).reshape(n, outHeight, outWidth, -1);
    }

    private NDArray splitHeads(NDArray x, long n) {
        return x.reshape(n, -1, heads, x.getShape().get(3) / heads).transpose(0, 2, 1, 3);
    }

    private static NDArray pool(NDArray x) {
        return Kernels.maxPool2x2(x.transpose(0, 3, 1, 2)).transpose(0, 2, 3, 1);
    }
}
