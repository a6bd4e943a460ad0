package org.sola.pickle;

import java.util.List;

/**
 * A Python tuple.
 *
 * @param items in order, unmodifiable
 */
public record Tuple(List<Object> items) {
    public Tuple {
        items = List.copyOf(items);
    }
}
