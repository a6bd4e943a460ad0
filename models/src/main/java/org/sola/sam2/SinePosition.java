package org.sola.sam2;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import org.sola.tensor.EngineMemory;

/** Sine codes of the positions in a map: the row in the first half of the channels, the column in the second. */
public final class SinePosition {
    private static final double TEMPERATURE = 10000;

    private SinePosition() {}

    /** (1, channels, height, width), values -1..1; sine and cosine of the same frequency are neighbours. */
    public static NDArray of(NDManager manager, int channels, int height, int width) {
        int half = channels / 2;
        var values = new float[channels * height * width];
        for (int channel = 0; channel < channels; channel++) {
            boolean isRow = channel < half;
            int j = channel % half;
            double frequency = Math.pow(TEMPERATURE, 2.0 * (j / 2) / half);
            for (int y = 0; y < height; y++) {
                for (int x = 0; x < width; x++) {
                    double position = isRow ? (y + 1) / (height + 1e-6) : (x + 1) / (width + 1e-6);
                    double angle = position * 2 * Math.PI / frequency;
                    values[(channel * height + y) * width + x] =
                            (float) (j % 2 == 0 ? Math.sin(angle) : Math.cos(angle));
                }
            }
        }
        return EngineMemory.of(manager, values, new Shape(1, channels, height, width));
    }
}
