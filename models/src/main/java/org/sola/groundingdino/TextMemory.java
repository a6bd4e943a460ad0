package org.sola.groundingdino;

import ai.djl.ndarray.NDArray;

/**
 * What of a caption does not depend on the image. T word pieces, C channels.
 *
 * @param rows (T, C)
 * @param positions (T, C)
 * @param mask (1, 1, T, T), 0 where the row's piece sees the column's, else -infinity
 */
public record TextMemory(NDArray rows, NDArray positions, NDArray mask) implements AutoCloseable {
    /** T. */
    int pieces() {
        return (int) rows.getShape().get(0);
    }

    @Override
    public void close() {
        rows.close();
        positions.close();
        mask.close();
    }
}
