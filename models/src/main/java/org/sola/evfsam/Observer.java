package org.sola.evfsam;

import ai.djl.ndarray.NDArray;

/** Is shown what a part of the network made, before it is freed. */
@FunctionalInterface
public interface Observer {
    Observer NONE = (part, array) -> {};

    /** @param part its name, such as {@code beit_layer_3} or {@code sam_block_0} */
    void see(String part, NDArray array);
}
