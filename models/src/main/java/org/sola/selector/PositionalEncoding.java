package org.sola.selector;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import org.sola.tensor.EngineMemory;
import org.sola.tensor.Init;
import org.sola.tensor.Weights;

/** Sines and cosines of the reduced frame index at random frequencies that are drawn once and kept in the checkpoint. */
final class PositionalEncoding {
    /** The buffer's official name; it is saved with the parameters but not trained. */
    static final String GAUSSIAN = "positional_encoding_gaussian_matrix";

    private final NDArray frequencies;
    private final int maxTemporalLength;

    private PositionalEncoding(NDArray frequencies, int maxTemporalLength) {
        this.frequencies = frequencies;
        this.maxTemporalLength = maxTemporalLength;
    }

    static PositionalEncoding of(SelectorConfig config, Weights weights) {
        return new PositionalEncoding(
                weights.get(GAUSSIAN, Init.normal(1), 1, config.langTokenDim() / 2), config.maxTemporalLength());
    }

    /** The manager of the network's arrays. */
    NDManager manager() {
        return frequencies.getManager();
    }

    /** (T', D) for reduced frames 0 .. T' - 1; an index above maxTemporalLength is an ordinary one. */
    NDArray forward(NDManager manager, int reducedFrames) {
        var angles = new float[reducedFrames];
        for (int t = 0; t < reducedFrames; t++) {
            angles[t] = (float) (2 * Math.PI * t / maxTemporalLength);
        }
        var phase =
                EngineMemory.of(manager, angles, new Shape(reducedFrames, 1)).mul(frequencies);
        return phase.sin().concat(phase.cos(), 1);
    }
}
