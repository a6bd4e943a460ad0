package org.sola.sam2;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import org.sola.tensor.EngineMemory;
import org.sola.tensor.Kernels;

/**
 * Rotary codes of the L = H * W positions of a map: half of the channel pairs turn with the column, half with the row
 * (SAM 2, axial RoPE with theta 10000).
 */
final class RotaryPosition {
    private static final double THETA = 10000;

    private final NDArray cosine; // (L, C / 2)
    private final NDArray sine;

    private RotaryPosition(NDArray cosine, NDArray sine) {
        this.cosine = cosine;
        this.sine = sine;
    }

    static RotaryPosition of(NDManager manager, int channels, int height, int width) {
        int pairs = channels / 2;
        var cosine = new float[height * width * pairs];
        var sine = new float[cosine.length];
        for (int n = 0; n < height * width; n++) {
            for (int i = 0; i < pairs; i++) {
                int j = i % (pairs / 2);
                int position = i < pairs / 2 ? n % width : n / width;
                double angle = position * Math.pow(THETA, -4.0 * j / channels);
                cosine[n * pairs + i] = (float) Math.cos(angle);
                sine[n * pairs + i] = (float) Math.sin(angle);
            }
        }
        var shape = new Shape((long) height * width, pairs);
        return new RotaryPosition(EngineMemory.of(manager, cosine, shape), EngineMemory.of(manager, sine, shape));
    }

    /** Turns (B, L, C). */
    NDArray rotate(NDArray x) {
        return Kernels.rotatePairs(x, cosine, sine);
    }

    /** Turns the first M * L rows of (B, M * L + P, C), frame by frame; the last P rows, object pointers, stay. */
    NDArray rotateMemory(NDArray x, long pointerTokens) {
        var shape = x.getShape();
        long length = cosine.getShape().get(0);
        long spatial = shape.get(1) - pointerTokens;
        var maps = (pointerTokens == 0 ? x : x.get(":, :" + spatial))
                .reshape(shape.get(0), spatial / length, length, shape.get(2));
        var turned = rotate(maps).reshape(shape.get(0), spatial, shape.get(2));
        return pointerTokens == 0 ? turned : turned.concat(x.get(":, " + spatial + ":"), 1);
    }
}
