package org.sola.pickle;

/** Builds a value where a pickle calls a function that is allowed. */
@FunctionalInterface
public interface PickleFunction {
    /** @throws PickleException if the arguments are not those of a plain value */
    Object call(Tuple arguments);
}
