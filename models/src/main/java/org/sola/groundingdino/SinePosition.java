package org.sola.groundingdino;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import org.sola.tensor.EngineMemory;

/** Places as sines and cosines of falling frequency, interleaved: channel 2i is a sine, channel 2i + 1 its cosine. */
final class SinePosition {
    private static final double TURN = 2 * Math.PI;
    private static final double TEMPERATURE = 10_000;

    private SinePosition() {}

    /** Positions of the cells of all levels, y in the first half of the channels and x in the second: (N, C). */
    static NDArray image(NDManager manager, Levels levels, int channels, double temperature) {
        var values = new float[levels.rows() * channels];
        int half = channels / 2;
        int at = 0;
        for (var size : levels.sizes()) {
            float[] down = steps(size.height(), half, temperature);
            float[] right = steps(size.width(), half, temperature);
            for (int y = 0; y < size.height(); y++) {
                for (int x = 0; x < size.width(); x++, at += channels) {
                    System.arraycopy(down, y * half, values, at, half);
                    System.arraycopy(right, x * half, values, at + half, half);
                }
            }
        }
        return EngineMemory.of(manager, values, new Shape(levels.rows(), channels));
    }

    /** The places along one side of a map, counted from 1: (size, channels). */
    private static float[] steps(int size, int channels, double temperature) {
        var values = new float[size * channels];
        for (int i = 0; i < size; i++) {
            // the small number is the reference's guard against an empty map
            fill(values, i * channels, channels, (i + 1) / (size + 1e-6) * TURN, temperature);
        }
        return values;
    }

    /** Positions of word pieces: (T, C). */
    static NDArray text(NDManager manager, long[] positions, int channels) {
        var values = new float[positions.length * channels];
        for (int t = 0; t < positions.length; t++) {
            fill(values, t * channels, channels, positions[t] * TURN, TEMPERATURE);
        }
        return EngineMemory.of(manager, values, new Shape(positions.length, channels));
    }

    private static void fill(float[] values, int at, int channels, double angle, double temperature) {
        for (int i = 0; i < channels; i += 2) {
            double turned = angle / Math.pow(temperature, (double) i / channels);
            values[at + i] = (float) Math.sin(turned);
            values[at + i + 1] = (float) Math.cos(turned);
        }
    }

    /** Boxes (B, Q, 4) of centre x, centre y, width, height in 0..1, half of C a number, y before x: (B, Q, 2C). */
    static NDArray boxes(NDArray boxes, int channels) {
        int half = channels / 2;
        var frequencies = new float[half / 2];
        for (int i = 0; i < frequencies.length; i++) {
            frequencies[i] = (float) (TURN / Math.pow(TEMPERATURE, 2.0 * i / half));
        }
        var manager = boxes.getManager();
        var ordered =
                NDArrays.concat(new NDList(boxes.get(":, :, 1:2"), boxes.get(":, :, 0:1"), boxes.get(":, :, 2:4")), 2);
        var angles = ordered.expandDims(3)
                .mul(EngineMemory.of(manager, frequencies, new Shape(1, 1, 1, frequencies.length))); // (B, Q, 4, C / 4)
        return NDArrays.stack(new NDList(angles.sin(), angles.cos()), 4)
                .reshape(boxes.getShape().get(0), boxes.getShape().get(1), 2L * channels);
    }
}
