package org.sola.precompute;

import org.sola.mask.Mask;

/** Resizes a mask bilinearly (half-pixel centres, no antialiasing) and keeps what is above one half, as torch does. */
final class BilinearMask {
    private BilinearMask() {}

    static Mask resize(Mask mask, int height, int width) {
        if (mask.height() == height && mask.width() == width) {
            return mask;
        }
        var rows = Axis.of(mask.height(), height);
        var columns = Axis.of(mask.width(), width);
        var bytes = mask.toBytes();
        int stride = mask.width();
        return Mask.of(height, width, (y, x) -> {
            int above = rows.low[y] * stride;
            int below = rows.high[y] * stride;
            int left = columns.low[x];
            int right = columns.high[x];
            int corners = bytes[above + left] + bytes[above + right] + bytes[below + left] + bytes[below + right];
            if (corners == 0 || corners == 4) {
                return corners == 4;
            }
            float upper = columns.lowWeight[x] * bytes[above + left] + columns.highWeight[x] * bytes[above + right];
            float lower = columns.lowWeight[x] * bytes[below + left] + columns.highWeight[x] * bytes[below + right];
            return rows.lowWeight[y] * upper + rows.highWeight[y] * lower > 0.5f;
        });
    }

    /** For every output position the two source positions and their weights, in float32 as torch computes them. */
    private record Axis(int[] low, int[] high, float[] lowWeight, float[] highWeight) {
        static Axis of(int in, int out) {
            var axis = new Axis(new int[out], new int[out], new float[out], new float[out]);
            float scale = (float) in / out;
            for (int i = 0; i < out; i++) {
                float source = Math.max(0f, scale * (i + 0.5f) - 0.5f);
                int low = Math.min((int) source, in - 1);
                axis.low[i] = low;
                axis.high[i] = Math.min(low + 1, in - 1);
                axis.highWeight[i] = Math.min(source - low, 1f);
                axis.lowWeight[i] = 1f - axis.highWeight[i];
            }
            return axis;
        }
    }
}
