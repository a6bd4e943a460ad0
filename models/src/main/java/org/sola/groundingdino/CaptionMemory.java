package org.sola.groundingdino;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import org.sola.tensor.EngineMemory;

/**
 * A {@link TextMemory} that any number of threads may keep without anyone having to close it: some ten thousand numbers,
 * which are copied to the engine where they are needed.
 */
record CaptionMemory(Values rows, Values positions, Values mask) {
    record Values(float[] values, Shape shape) {
        static Values of(NDArray array) {
            return new Values(array.toFloatArray(), array.getShape());
        }

        NDArray in(NDManager manager) {
            return EngineMemory.of(manager, values, shape);
        }
    }

    static CaptionMemory of(TextMemory text) {
        return new CaptionMemory(Values.of(text.rows()), Values.of(text.positions()), Values.of(text.mask()));
    }

    /** The caller closes it, or the scope around the call. */
    TextMemory in(NDManager manager) {
        return new TextMemory(rows.in(manager), positions.in(manager), mask.in(manager));
    }
}
