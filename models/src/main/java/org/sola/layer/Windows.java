package org.sola.layer;

import ai.djl.ndarray.NDArray;
import org.sola.tensor.Kernels;

/** Maps cut into square windows, within which attention is cheap. B maps, n windows of side w in all of them. */
public final class Windows {
    private Windows() {}

    /** Cuts (B, H, W, C) into (n, w, w, C); the border is filled up with zeros, which take part in the attention. */
    public static NDArray partition(NDArray x, long w) {
        var shape = x.getShape();
        long b = shape.get(0);
        long height = shape.get(1);
        long width = shape.get(2);
        long c = shape.get(3);
        long rows = (height + w - 1) / w;
        long columns = (width + w - 1) / w;
        var padded = x;
        if (rows * w > height || columns * w > width) {
            long right = (columns * w - width) * c;
            padded = Kernels.padRightBottom(x.reshape(b, height, width * c), right, rows * w - height);
        }
        return padded.reshape(b, rows, w, columns, w, c)
                .transpose(0, 1, 3, 2, 4, 5)
                .reshape(b * rows * columns, w, w, c);
    }

    /** Puts (n, w, w, C) back together as (B, H, W, C), cutting what was filled up. */
    public static NDArray join(NDArray windows, long w, long height, long width) {
        long c = windows.getShape().get(3);
        long rows = (height + w - 1) / w;
        long columns = (width + w - 1) / w;
        var x = windows.reshape(-1, rows, columns, w, w, c)
                .transpose(0, 1, 3, 2, 4, 5)
                .reshape(-1, rows * w, columns * w, c);
        if (rows * w > height || columns * w > width) {
            x = x.get(":, :" + height + ", :" + width);
        }
        return x;
    }
}
