package org.sola.bench;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import org.sola.sam2.FrameFeatures;
import org.sola.sam2.Sam2Config;
import org.sola.tensor.EngineMemory;
import org.sola.tensor.FormulaWeights;
import org.sola.tensor.Kernels;

/**
 * Frame features that stand for an image's: by formula, so that a program in another language has the same, and varying
 * slowly over the map, so that masks have areas rather than speckles.
 */
final class SmoothFeatures {
    /** Independent values along a side. */
    private static final int COARSE = 8;

    private SmoothFeatures() {}

    /** Features of one frame; the caller closes them. */
    static FrameFeatures of(Sam2Config config, NDManager manager) {
        int c = config.hiddenDim();
        int side = config.featureSize();
        return new FrameFeatures(
                map(manager, "s0", c / 8, 4 * side), map(manager, "s1", c / 4, 2 * side), map(manager, "s2", c, side));
    }

    private static NDArray map(NDManager manager, String name, int channels, int side) {
        var values = FormulaWeights.values("bench." + name, channels * COARSE * COARSE, 0, 0, 1);
        try (var coarse = EngineMemory.of(manager, values, new Shape(1, channels, COARSE, COARSE))) {
            return Kernels.bilinear(coarse, side, side);
        }
    }
}
