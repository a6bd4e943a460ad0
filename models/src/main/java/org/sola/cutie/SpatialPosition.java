package org.sola.cutie;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.NDScope;
import ai.djl.ndarray.types.Shape;
import org.sola.tensor.EngineMemory;

/** Sines and cosines of the position, side by side: the first half of the channels from x, the second from y. */
final class SpatialPosition {
    private static final double EPSILON = 1e-6;

    private final NDManager manager;
    private final int channels;
    private final double scale;
    private final double temperature;
    private NDArray last; // of the size asked for last: a video has one
    private int lastHeight;
    private int lastWidth;

    SpatialPosition(NDManager manager, int channels, double scale, double temperature) {
        this.manager = manager;
        this.channels = channels;
        this.scale = scale;
        this.temperature = temperature;
    }

    /** (1, h w, C), shared: not to be closed, valid while maps of this size are asked for. */
    synchronized NDArray at(int height, int width) {
        if (last == null || lastHeight != height || lastWidth != width) {
            var fresh = EngineMemory.of(manager, values(height, width), new Shape(1, (long) height * width, channels));
            NDScope.unregister(fresh);
            if (last != null) {
                last.close();
            }
            last = fresh;
            lastHeight = height;
            lastWidth = width;
        }
        return last;
    }

    private float[] values(int height, int width) {
        int half = channels / 2;
        var values = new float[height * width * channels];
        for (int y = 0; y < height; y++) {
            for (int x = 0; x < width; x++) {
                int at = (y * width + x) * channels;
                put(values, at, x / (width - 1 + EPSILON) * scale, half);
                put(values, at + half, y / (height - 1 + EPSILON) * scale, half);
            }
        }
        return values;
    }

    private void put(float[] values, int at, double position, int count) {
        for (int i = 0; i < count / 2; i++) {
            double angle = position / Math.pow(temperature, 2.0 * i / count);
            values[at + 2 * i] = (float) Math.sin(angle);
            values[at + 2 * i + 1] = (float) Math.cos(angle);
        }
    }
}
