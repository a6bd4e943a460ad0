package org.sola.sam2;

import ai.djl.ndarray.NDArray;
import org.sola.tensor.Kernels;

/** Maps to rows of tokens and back. */
final class MemoryMaps {
    private MemoryMaps() {}

    /** (B, C, h, w) to (B, h w, C). */
    static NDArray tokens(NDArray map) {
        var shape = map.getShape();
        return Kernels.contiguous(map.reshape(shape.get(0), shape.get(1), -1).transpose(0, 2, 1));
    }

    /** (B, side side, C) to (B, C, side, side). */
    static NDArray map(NDArray tokens, long side) {
        var shape = tokens.getShape();
        return tokens.transpose(0, 2, 1).reshape(shape.get(0), shape.get(2), side, side);
    }
}
