package org.sola.sam2;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.NDScope;

/**
 * What one frame leaves behind for other frames, for B objects with a common history. L = h w positions, D memory width,
 * C hidden width.
 *
 * @param frame its index
 * @param spatial (B, L, D), rounded to bfloat16 where the official predictor does
 * @param pointer (B, C), the object tokens
 */
public record FrameMemory(int frame, NDArray spatial, NDArray pointer) implements AutoCloseable {
    /** Takes the arrays out of the current scope: they live until they or {@code manager} are closed. */
    public FrameMemory keep(NDManager manager) {
        for (var array : new NDArray[] {spatial, pointer}) {
            NDScope.unregister(array);
            array.attach(manager);
        }
        return this;
    }

    @Override
    public void close() {
        spatial.close();
        pointer.close();
    }
}
