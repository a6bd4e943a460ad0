package org.sola.sam2;

import ai.djl.ndarray.NDArray;

/**
 * What one frame leaves behind for the frames after it, for B objects with a common history.
 *
 * @param frame its index
 * @param spatial (B, D, S/16, S/16), rounded to bfloat16 where the official predictor does
 * @param pointer (B, C)
 */
record FrameMemory(int frame, NDArray spatial, NDArray pointer) implements AutoCloseable {
    @Override
    public void close() {
        spatial.close();
        pointer.close();
    }
}
