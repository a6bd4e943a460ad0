package org.sola.pickle;

import java.util.Optional;

/** What a pickle may name. Everything else is refused before anything is made of it. */
public interface PickleNames {
    /**
     * What the global {@code name} (module and name with a dot between, Python 3 spelling) stands for: a {@link
     * PickleFunction} where it may be called, else a constant; empty to refuse it.
     */
    Optional<Object> global(String name);

    /**
     * What an object that is kept outside of the pickle stands for.
     *
     * @throws PickleException if it is of no known kind
     */
    Object external(Object id);
}
