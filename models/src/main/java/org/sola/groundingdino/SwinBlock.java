package org.sola.groundingdino;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.Shape;
import org.sola.layer.LayerNorm;
import org.sola.layer.Linear;
import org.sola.tensor.EngineMemory;
import org.sola.tensor.Kernels;
import org.sola.tensor.Weights;

/**
 * Attention within windows, every second block within shifted ones, and two linear maps. B images of one size, H, W the
 * map, K the side of a window, C channels, h heads, n windows of all padded maps.
 */
final class SwinBlock {
    /** What hides cells of another side of the map from each other; the reference adds just this. */
    private static final float APART = -100;

    private final LayerNorm norm1;
    private final Linear qkv;
    private final Linear proj;
    private final NDArray biasTable;
    private final LayerNorm norm2;
    private final Linear fc1;
    private final Linear fc2;
    private final int heads;
    private final int window;
    private final int shift;

    private SwinBlock(Weights weights, int channels, int heads, int window, int shift) {
        this.norm1 = LayerNorm.of(weights.at("norm1"), channels, Swin.EPSILON);
        var attention = weights.at("attn");
        this.qkv = Linear.of(attention.at("qkv"), channels, 3L * channels);
        this.proj = Linear.of(attention.at("proj"), channels, channels);
        this.biasTable = attention.get("relative_position_bias_table", (2L * window - 1) * (2L * window - 1), heads);
        this.norm2 = LayerNorm.of(weights.at("norm2"), channels, Swin.EPSILON);
        this.fc1 = Linear.of(weights.at("mlp").at("fc1"), channels, 4L * channels);
        this.fc2 = Linear.of(weights.at("mlp").at("fc2"), 4L * channels, channels);
        this.heads = heads;
        this.window = window;
        this.shift = shift;
    }

    /** @param shift how far the windows lie to the lower right; 0 for none */
    static SwinBlock of(Weights weights, int channels, int heads, int window, int shift) {
        return new SwinBlock(weights, channels, heads, window, shift);
    }

    /** (B, H, W, C) to the same. */
    NDArray forward(NDArray map) {
        var x = map.add(attention(norm1.forward(map)));
        return x.add(fc2.forward(fc1.forwardGelu(norm2.forward(x))));
    }

    private NDArray attention(NDArray map) {
        long images = map.getShape().get(0);
        long height = map.getShape().get(1);
        long width = map.getShape().get(2);
        // the padding comes after the normalisation, and its cells are keys like any other
        var x = Kernels.padMap(map, Swin.lack(width, window), Swin.lack(height, window));
        long rows = x.getShape().get(1) / window;
        long columns = x.getShape().get(2) / window;
        long windows = images * rows * columns;
        x = shift > 0 ? Kernels.rollMap(x, -shift, -shift) : x;
        x = x.reshape(images, rows, window, columns, window, -1).transpose(0, 1, 3, 2, 4, 5);
        x = qkv.forward(x.reshape(windows, (long) window * window, -1)); // (n, K * K, 3C)
        x = x.reshape(windows, (long) window * window, 3, heads, -1).transpose(2, 0, 3, 1, 4);
        var mask = bias();
        if (shift > 0) {
            mask = mask.add(apart(map.getManager(), (int) rows, (int) columns)); // (n / B, h, K * K, K * K)
            mask = images == 1 ? mask : repeated(mask, images);
        }
        x = Kernels.maskedAttention(x.get(0), x.get(1), x.get(2), mask, 0); // (n, h, K * K, C / h)
        x = proj.forward(x.transpose(0, 2, 1, 3).reshape(windows, (long) window * window, -1));
        x = x.reshape(images, rows, columns, window, window, -1).transpose(0, 1, 3, 2, 4, 5);
        x = x.reshape(images, rows * window, columns * window, -1);
        x = shift > 0 ? Kernels.rollMap(x, shift, shift) : x;
        return x.get(new NDIndex(":, 0:{}, 0:{}", height, width));
    }

    /** The same for every image: (n / B, ..) to (n, ..). */
    private static NDArray repeated(NDArray mask, long images) {
        var shape = mask.getShape();
        return mask.expandDims(0)
                .broadcast(new Shape(images).addAll(shape))
                .reshape(new Shape(images * shape.get(0)).addAll(shape.slice(1)));
    }

    /** What each head adds by the distance between query and key: (1, h, K * K, K * K). */
    private NDArray bias() {
        int cells = window * window;
        var rows = new long[cells * cells];
        for (int i = 0; i < cells; i++) {
            for (int j = 0; j < cells; j++) {
                int down = i / window - j / window + window - 1;
                int right = i % window - j % window + window - 1;
                rows[i * cells + j] = (long) down * (2 * window - 1) + right;
            }
        }
        return Kernels.takeRows(biasTable, rows).reshape(1, cells, cells, heads).transpose(0, 3, 1, 2);
    }

    /** Hides from each other what the shift brought together from opposite sides of a map: (n / B, 1, K * K, K * K). */
    private NDArray apart(NDManager manager, int rows, int columns) {
        int cells = window * window;
        var values = new float[rows * columns * cells * cells];
        for (int n = 0; n < rows * columns; n++) {
            boolean isLow = n / columns == rows - 1;
            boolean isRight = n % columns == columns - 1;
            if (!isLow && !isRight) {
                continue; // only the last row and column hold cells of two sides
            }
            for (int i = 0; i < cells; i++) {
                for (int j = 0; j < cells; j++) {
                    boolean apart = isLow && isWrapped(i / window) != isWrapped(j / window)
                            || isRight && isWrapped(i % window) != isWrapped(j % window);
                    values[(n * cells + i) * cells + j] = apart ? APART : 0;
                }
            }
        }
        return EngineMemory.of(manager, values, new Shape((long) rows * columns, 1, cells, cells));
    }

    private boolean isWrapped(int place) {
        return place >= window - shift;
    }
}
