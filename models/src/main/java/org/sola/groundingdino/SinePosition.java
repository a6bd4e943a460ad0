package org.sola.groundingdino;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
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
            for (int y = 0; y < size.height(); y++) {
                for (int x = 0; x < size.width(); x++) {
                    // counted from 1; the small number is the reference's guard against an empty map
                    fill(values, at, half, (y + 1) / (size.height() + 1e-6) * TURN, temperature);
                    fill(values, at + half, half, (x + 1) / (size.width() + 1e-6) * TURN, temperature);
                    at += channels;
                }
            }
        }
        return EngineMemory.of(manager, values, new Shape(levels.rows(), channels));
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

    /** Boxes (Q, 4) of centre x, centre y, width, height in 0..1, half of C for each number, y before x: (Q, 2C). */
    static NDArray boxes(NDArray boxes, int channels) {
        int half = channels / 2;
        var frequencies = new float[half / 2];
        for (int i = 0; i < frequencies.length; i++) {
            frequencies[i] = (float) (TURN / Math.pow(TEMPERATURE, 2.0 * i / half));
        }
        var manager = boxes.getManager();
        var ordered = NDArrays.concat(
                new ai.djl.ndarray.NDList(boxes.get(":, 1:2"), boxes.get(":, 0:1"), boxes.get(":, 2:4")), 1);
        var angles = ordered.expandDims(2)
                .mul(EngineMemory.of(manager, frequencies, new Shape(1, 1, frequencies.length))); // (Q, 4, C / 4)
        return NDArrays.stack(new ai.djl.ndarray.NDList(angles.sin(), angles.cos()), 3)
                .reshape(boxes.getShape().get(0), 2L * channels);
    }
}
