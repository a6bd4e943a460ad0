package org.sola.pickle;

import java.util.LinkedHashMap;
import java.util.Map;

/** An object of a pickle of which only the attributes matter, by name; they are set once. */
public final class Attributes {
    private final Map<String, Object> values = new LinkedHashMap<>();

    void set(Object state) {
        if (!(state instanceof Map<?, ?> map)) {
            throw new PickleException("sets the state of an object by a " + PickleStack.kind(state)
                    + "; a dictionary of its attributes is expected");
        }
        map.forEach((name, value) -> values.put(String.valueOf(name), value));
    }

    /** The attributes in the order of the pickle; a view. */
    public Map<String, Object> values() {
        return java.util.Collections.unmodifiableMap(values);
    }
}
