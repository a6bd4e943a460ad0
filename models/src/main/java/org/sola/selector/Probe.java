package org.sola.selector;

import ai.djl.ndarray.NDArray;
import java.util.function.Supplier;

/** Looks at what a selector computes on the way, by the names that the parity cases use. */
@FunctionalInterface
public interface Probe {
    /** Looks at nothing and costs nothing. */
    Probe NONE = (name, value) -> {};

    /** Called with each part's result; the array is only made when asked for. */
    void see(String name, Supplier<NDArray> value);

    /** The same probe with {@code prefix} before each name. */
    default Probe at(String prefix) {
        return this == NONE ? NONE : (name, value) -> see(prefix + name, value);
    }
}
