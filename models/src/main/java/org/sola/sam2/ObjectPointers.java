package org.sola.sam2;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import org.sola.layer.Linear;
import org.sola.tensor.Weights;

/** Object pointers as memory tokens: a pointer of C channels is cut into C / D tokens that share one code of its age. */
final class ObjectPointers {
    private static final double TEMPERATURE = 10000;

    private final Linear objPtrTposProj; // null in SAM 2.0, where pointers have no code
    private final int hiddenDim;
    private final int memoryDim;

    private ObjectPointers(Linear objPtrTposProj, int hiddenDim, int memoryDim) {
        this.objPtrTposProj = objPtrTposProj;
        this.hiddenDim = hiddenDim;
        this.memoryDim = memoryDim;
    }

    static ObjectPointers of(Sam2Config config, Weights weights) {
        var projection = config.version21()
                ? Linear.of(weights.at("obj_ptr_tpos_proj"), config.hiddenDim(), config.memoryDim())
                : null;
        return new ObjectPointers(projection, config.hiddenDim(), config.memoryDim());
    }

    /** How many tokens a pointer becomes. */
    int tokensPerPointer() {
        return hiddenDim / memoryDim;
    }

    /** (B, P, C) to (B, P * C / D, D): consecutive channels of a pointer stay together. */
    NDArray tokens(NDArray pointers) {
        return pointers.reshape(pointers.getShape().get(0), -1, memoryDim);
    }

    /**
     * Codes of the tokens of pointers that are {@code distances} frames away, (1, P * C / D, D).
     *
     * @param longest the distance that counts as 1
     */
    NDArray positions(NDManager manager, int[] distances, int longest) {
        int tokens = tokensPerPointer();
        if (objPtrTposProj == null) {
            return manager.zeros(new Shape(1, (long) distances.length * tokens, memoryDim));
        }
        int half = hiddenDim / 2;
        var sine = new float[distances.length * hiddenDim];
        for (int p = 0; p < distances.length; p++) {
            double position = (float) distances[p] / longest;
            for (int j = 0; j < half; j++) {
                double angle = position / Math.pow(TEMPERATURE, 2.0 * (j / 2) / half);
                sine[p * hiddenDim + j] = (float) Math.sin(angle);
                sine[p * hiddenDim + half + j] = (float) Math.cos(angle);
            }
        }
        var codes = objPtrTposProj.forward(manager.create(sine, new Shape(distances.length, hiddenDim))); // (P, D)
        return codes.reshape(distances.length, 1, memoryDim)
                .broadcast(distances.length, tokens, memoryDim)
                .reshape(1, (long) distances.length * tokens, memoryDim);
    }
}
