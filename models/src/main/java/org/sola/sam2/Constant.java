package org.sola.sam2;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDScope;
import java.util.function.Supplier;

/** A table that depends on the weights only: computed at first use, kept outside every scope while its manager lives. */
final class Constant {
    private final Supplier<NDArray> rule;
    private NDArray value;

    Constant(Supplier<NDArray> rule) {
        this.rule = rule;
    }

    synchronized NDArray get() {
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
