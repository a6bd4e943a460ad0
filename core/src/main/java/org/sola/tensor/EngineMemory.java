package org.sola.tensor;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;

/**
 * Arrays in the engine's own, aligned memory. {@link NDManager#create(float[], Shape)} lends the engine a Java buffer
 * that lies anywhere; the last bits of a matrix product depend on that, and a training could not be repeated exactly.
 */
public final class EngineMemory {
    private EngineMemory() {}

    /** A copy of {@code values} as an array that belongs to {@code manager}. */
    public static NDArray of(NDManager manager, float[] values, Shape shape) {
        try (var lent = manager.create(values, shape)) {
            return lent.duplicate();
        }
    }
}
