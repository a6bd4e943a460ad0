package org.sola.layer;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDScope;
import java.util.function.Supplier;

/** A table that depends on the weights only: computed at first use, kept outside every scope while its manager lives. */
public final class Constant {
    private final Supplier<NDArray> rule;
    private NDArray value;

    public Constant(Supplier<NDArray> rule) {
        this.rule = rule;
    }

    /** The table; not to be closed. */
    public synchronized NDArray get() {
        if (value == null) {
            try (var scope = new NDScope()) {
                scope.suppressNotUsedWarning();
                value = rule.get();
                NDScope.unregister(value);
            }
        }
        return value;
    }
}
