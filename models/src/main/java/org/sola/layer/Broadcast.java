package org.sola.layer;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;

/** Lets what was computed once a frame serve several prompts of that frame. */
public final class Broadcast {
    private Broadcast() {}

    /** (F, ..) to (batch, ..): every row repeated batch / F times in place; a view when F is 1 or batch. */
    public static NDArray rows(NDArray x, long batch) {
        var shape = x.getShape();
        long rows = shape.get(0);
        if (rows == batch) {
            return x;
        }
        if (rows < 1 || batch % rows != 0) {
            throw new IllegalArgumentException("a batch of " + batch + " cannot share " + rows + " rows evenly");
        }
        var inner = shape.slice(1);
        if (rows == 1) {
            return x.broadcast(new Shape(batch).addAll(inner));
        }
        return x.expandDims(1)
                .broadcast(new Shape(rows, batch / rows).addAll(inner))
                .reshape(new Shape(batch).addAll(inner));
    }
}
