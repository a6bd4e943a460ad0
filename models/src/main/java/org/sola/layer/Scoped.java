package org.sola.layer;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDScope;
import java.util.function.Supplier;

/**
 * Frees what a part of a network made on its way to its result, so that a whole network holds one part's intermediate
 * maps at a time. In training too: what the gradient needs is held by the engine itself.
 */
public final class Scoped {
    private Scoped() {}

    /** The array that {@code part} returns; it must be a new one, and passes to the scope around this call. */
    public static NDArray array(Supplier<NDArray> part) {
        NDArray result;
        try (var scope = new NDScope()) {
            scope.suppressNotUsedWarning();
            result = part.get();
            NDScope.unregister(result);
        }
        NDScope.register(result);
        return result;
    }

    /** The same for several arrays. */
    public static NDList list(Supplier<NDList> part) {
        NDList results;
        try (var scope = new NDScope()) {
            scope.suppressNotUsedWarning();
            results = part.get();
            NDScope.unregister(results);
        }
        results.forEach(NDScope::register);
        return results;
    }
}
