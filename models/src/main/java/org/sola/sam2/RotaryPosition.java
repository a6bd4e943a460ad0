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

    private final NDArray turns; // (L, C / 2), complex

    private RotaryPosition(NDArray turns) {
        this.turns = turns;
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
        try (var real = EngineMemory.of(manager, cosine, shape);
                var imaginary = EngineMemory.of(manager, sine, shape)) {
            return new RotaryPosition(Kernels.complex(real, imaginary));
        }
    }

    /** Turns (B, L, C). */
    NDArray rotate(NDArray x) {
        return Kernels.rotatePairs(x, turns);
    }

    /**
     * Turns the first M * L rows of (B, M * L + P, C) in place, frame by frame; the last P rows, object pointers, stay.
     * Gradients flow through it where nothing else needs the array as it was: it must come fresh from a linear layer.
     */
    NDArray rotateMemory(NDArray x, long pointerTokens) {
        Kernels.rotateFirstPairs(x, turns, pointerTokens);
        return x;
    }
}
