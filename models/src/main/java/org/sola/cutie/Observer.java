package org.sola.cutie;

import ai.djl.ndarray.NDArray;

/** Someone who watches what the object transformer computes on its way; the arrays die with the call. */
@FunctionalInterface
public interface Observer {
    /** @param name such as {@code query_block_0} */
    void saw(String name, NDArray array);
}
