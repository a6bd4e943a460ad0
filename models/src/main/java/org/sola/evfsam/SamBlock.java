package org.sola.evfsam;

import ai.djl.ndarray.NDArray;
import java.util.List;
import org.sola.layer.LayerNorm;
import org.sola.layer.Linear;
import org.sola.layer.Mlp;
import org.sola.layer.Scoped;
import org.sola.layer.Windows;
import org.sola.tensor.Init;
import org.sola.tensor.Kernels;
import org.sola.tensor.Weights;

/**
 * A block of SAM's image encoder: attention with relative positions inside windows or over the whole map, then an MLP. n
 * windows of side w, h heads of d channels, C channels.
 */
final class SamBlock {
    private static final double EPSILON = 1e-6;

    private final LayerNorm norm1;
    private final Linear qkv;
    private final NDArray relPosH;
    private final NDArray relPosW;
    private final Linear proj;
    private final LayerNorm norm2;
    private final Mlp mlp;
    private final int heads;
    private final int window; // 0: the whole map

    private SamBlock(EvfSamConfig.Sam config, Weights weights, int window) {
        int c = config.width();
        int side = window == 0 ? config.featureSize() : window;
        var attention = weights.at("attn");
        long d = c / config.heads();
        this.norm1 = LayerNorm.of(weights.at("norm1"), c, EPSILON);
        this.relPosH = attention.get("rel_pos_h", Init.constant(0), 2L * side - 1, d);
        this.relPosW = attention.get("rel_pos_w", Init.constant(0), 2L * side - 1, d);
        this.qkv = Linear.of(attention.at("qkv"), c, 3 * c);
        this.proj = Linear.of(attention.at("proj"), c, c);
        this.norm2 = LayerNorm.of(weights.at("norm2"), c, EPSILON);
        this.mlp = Mlp.gelu(weights.at("mlp"), c, 4 * c, c, List.of("lin1", "lin2"));
        this.heads = config.heads();
        this.window = window;
    }

    /** @param window side of a window in patches, 0 for the whole map */
    static SamBlock of(EvfSamConfig.Sam config, Weights weights, int window) {
        return new SamBlock(config, weights, window);
    }

    /** (F, H, W, C) to the same. */
    NDArray forward(NDArray x) {
        var added = Scoped.array(() -> x.add(attend(norm1.forward(x))));
        var result = Scoped.array(() -> added.add(mlp.forward(norm2.forward(added))));
        added.close();
        return result;
    }

    private NDArray attend(NDArray x) {
        if (window == 0) {
            return proj.forward(attention(x));
        }
        var shape = x.getShape();
        var attended = Scoped.array(() -> attention(Windows.partition(x, window)));
        return proj.forward(Windows.join(attended, window, shape.get(1), shape.get(2)));
    }

    /** Self-attention inside each map, (n, w, w, C) to the same. */
    private NDArray attention(NDArray x) {
        var shape = x.getShape();
        long n = shape.get(0);
        long cells = shape.get(1) * shape.get(2);
        var parts = Kernels.contiguous(
                qkv.forward(x).reshape(n, cells, 3, heads, -1).transpose(2, 0, 3, 1, 4)); // (3, n, h, w w, d)
        var rows = parts.reshape(3, n * heads, cells, -1);
        var attended = Kernels.relativeAttention(rows.get(0), rows.get(1), rows.get(2), relPosH, relPosW);
        return attended.reshape(n, heads, cells, -1).transpose(0, 2, 1, 3).reshape(shape);
    }
}
