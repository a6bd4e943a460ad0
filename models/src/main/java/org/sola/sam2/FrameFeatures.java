package org.sola.sam2;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.NDScope;

/**
 * What the image encoder knows of B frames: computed once a frame, shared by all its prompts and objects. S input side,
 * C hidden width. Whoever made the features closes them.
 *
 * @param s0 stride 4, (B, C/8, S/4, S/4)
 * @param s1 stride 8, (B, C/4, S/8, S/8)
 * @param s2 stride 16, (B, C, S/16, S/16), without {@code no_mem_embed}
 */
public record FrameFeatures(NDArray s0, NDArray s1, NDArray s2) implements AutoCloseable {
    /** Number of frames B. */
    public long frames() {
        return s2.getShape().get(0);
    }

    /** The features of one frame of the batch, as views. */
    public FrameFeatures frame(long index) {
        String range = index + ":" + (index + 1);
        return new FrameFeatures(s0.get(range), s1.get(range), s2.get(range));
    }

    /** Takes the arrays out of the current scope: they live until they or {@code manager} are closed. */
    public FrameFeatures keep(NDManager manager) {
        for (var array : new NDArray[] {s0, s1, s2}) {
            NDScope.unregister(array);
            array.attach(manager);
        }
        return this;
    }

    @Override
    public void close() {
        s0.close();
        s1.close();
        s2.close();
    }
}
