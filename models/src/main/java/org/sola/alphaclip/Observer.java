package org.sola.alphaclip;

import ai.djl.ndarray.NDArray;

/** Sees intermediate results by name; they are closed soon after. */
@FunctionalInterface
public interface Observer {
    /** Looks at nothing. */
    Observer NONE = (part, value) -> {};

    void see(String part, NDArray value);
}
