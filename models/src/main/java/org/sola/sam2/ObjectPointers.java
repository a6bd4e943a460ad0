package org.sola.sam2;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import org.sola.layer.Linear;
import org.sola.layer.Mlp;
import org.sola.tensor.EngineMemory;
import org.sola.tensor.Precision;
import org.sola.tensor.Weights;

/**
 * Object pointers, which SOLA calls object tokens: how a mask token becomes one, and how pointers become memory tokens.
 * B objects, P pointers, C hidden width, D memory width; a pointer is cut into C / D tokens that share the code of its
 * age.
 */
public final class ObjectPointers {
    private static final double TEMPERATURE = 10000;

    private final Mlp objPtrProj;
    private final NDArray noObjPtr; // (1, C)
    private final Linear objPtrTposProj; // null in SAM 2.0, where pointers have no code
    private final int hiddenDim;
    private final int memoryDim;

    private ObjectPointers(Sam2Config config, Weights weights, boolean hasAges) {
        hiddenDim = config.hiddenDim();
        memoryDim = config.memoryDim();
        if (hiddenDim % memoryDim != 0) {
            throw new IllegalArgumentException(config.name() + ": hiddenDim " + hiddenDim
                    + " is not a multiple of memoryDim " + memoryDim + ", so a pointer cannot be cut into tokens");
        }
        objPtrProj = Mlp.relu(weights.at("obj_ptr_proj"), hiddenDim, hiddenDim, hiddenDim, 3);
        noObjPtr = weights.get("no_obj_ptr", 1, hiddenDim);
        objPtrTposProj = hasAges ? Linear.of(weights.at("obj_ptr_tpos_proj"), hiddenDim, memoryDim) : null;
    }

    /** @param weights a whole checkpoint */
    public static ObjectPointers of(Sam2Config config, Weights weights) {
        return new ObjectPointers(config, weights.withPrecision(Precision.FLOAT32), config.version21());
    }

    /** Only what makes pointers; as memory tokens they have no code of their age. */
    static ObjectPointers withoutAges(Sam2Config config, Weights weights) {
        return new ObjectPointers(config, weights.withPrecision(Precision.FLOAT32), false);
    }

    /** Mask tokens (B, C) to pointers (B, C). */
    public NDArray project(NDArray maskToken) {
        return objPtrProj.forward(maskToken);
    }

    /**
     * Replaces the pointers of absent objects by {@code no_obj_ptr}.
     *
     * @param isPresent (B, 1), 1 or 0
     */
    public NDArray gate(NDArray pointer, NDArray isPresent) {
        return pointer.mul(isPresent).add(noObjPtr.mul(isPresent.neg().add(1)));
    }

    /** The pointer of an absent object, (1, C). */
    public NDArray noObject() {
        return noObjPtr;
    }

    /** How many memory tokens a pointer becomes. */
    public int tokensPerPointer() {
        return hiddenDim / memoryDim;
    }

    /** (B, P, C) to (B, P C / D, D): consecutive channels of a pointer stay together. */
    public NDArray tokens(NDArray pointers) {
        return pointers.reshape(pointers.getShape().get(0), -1, memoryDim);
    }

    /**
     * Codes of the tokens of pointers that are {@code distances} frames away, (1, P C / D, D).
     *
     * @param longest the distance that counts as 1
     */
    public NDArray positions(NDManager manager, int[] distances, int longest) {
        int tokens = tokensPerPointer();
        if (objPtrTposProj == null) {
            return manager.zeros(new Shape(1, (long) distances.length * tokens, memoryDim));
        }
        var codes = objPtrTposProj.forward(sine(manager, distances, longest)); // (P, D)
        return codes.expandDims(1)
                .broadcast(distances.length, tokens, memoryDim)
                .reshape(1, (long) distances.length * tokens, memoryDim);
    }

    /** (P, C): sines of the scaled distance, then its cosines. */
    private NDArray sine(NDManager manager, int[] distances, int longest) {
        int half = hiddenDim / 2;
        var values = new float[distances.length * hiddenDim];
        for (int p = 0; p < distances.length; p++) {
            double position = (double) distances[p] / longest;
            for (int j = 0; j < half; j++) {
                double angle = position / Math.pow(TEMPERATURE, 2.0 * (j / 2) / half);
                values[p * hiddenDim + j] = (float) Math.sin(angle);
                values[p * hiddenDim + half + j] = (float) Math.cos(angle);
            }
        }
        return EngineMemory.of(manager, values, new Shape(distances.length, hiddenDim));
    }
}
