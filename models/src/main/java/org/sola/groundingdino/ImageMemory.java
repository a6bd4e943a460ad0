package org.sola.groundingdino;

import ai.djl.ndarray.NDArray;

/**
 * What of an image does not depend on the caption, shared by all captions. N rows of all levels, C channels.
 *
 * @param rows (N, C)
 * @param positions (N, C)
 * @param levels the maps that the rows come from
 */
public record ImageMemory(NDArray rows, NDArray positions, Levels levels) implements AutoCloseable {
    @Override
    public void close() {
        rows.close();
        positions.close();
    }
}
