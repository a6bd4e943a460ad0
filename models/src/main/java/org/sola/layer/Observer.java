package org.sola.layer;

import ai.djl.ndarray.NDArray;

/** Is shown what a part of a network made, before it is freed. */
@FunctionalInterface
public interface Observer {
    /** Looks at nothing. */
    Observer NONE = (part, value) -> {};

    /** @param part its name in the network, such as {@code query_block_0} or {@code beit_layer_3} */
    void see(String part, NDArray value);
}
