package org.sola.groundingdino;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import org.sola.layer.Scoped;

/**
 * Work on an image's rows some thousand at a time: what each step makes is then still in the processor's cache when the
 * next one reads it, and intermediate maps never have all rows.
 */
final class RowChunks {
    private static final long ROWS = 2048;

    private RowChunks() {}

    /** What to do with the rows from {@code from} up to, not including, {@code to}. */
    @FunctionalInterface
    interface Part {
        NDArray of(long from, long to);
    }

    /** The parts' results one below the other. */
    static NDArray join(long rows, Part part) {
        return Scoped.array(() -> {
            var parts = new NDList();
            for (long from = 0; from < rows; from += ROWS) {
                long first = from;
                parts.add(Scoped.array(() -> part.of(first, Math.min(rows, first + ROWS))));
            }
            return parts.size() == 1 ? parts.get(0).duplicate() : NDArrays.concat(parts, 0);
        });
    }

    static NDArray rows(NDArray x, long from, long to) {
        return x.get(from + ":" + to);
    }
}
