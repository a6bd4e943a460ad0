package org.sola.pickle;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The functions by which pickles write containers that have no opcode of their own. */
final class PlainFunctions {
    static final Map<String, PickleFunction> ALL = Map.of(
            "collections.OrderedDict",
            PlainFunctions::orderedDict,
            "builtins.set",
            arguments -> Collections.unmodifiableSet(set(arguments)),
            "builtins.frozenset",
            arguments -> Collections.unmodifiableSet(set(arguments)),
            "_codecs.encode",
            PlainFunctions::encode);

    private PlainFunctions() {}

    /** {@code OrderedDict()} or, as old versions of Python write it, {@code OrderedDict([[key, value], ...])}. */
    private static Object orderedDict(Tuple arguments) {
        var map = new LinkedHashMap<Object, Object>();
        if (arguments.items().isEmpty()) {
            return map;
        }
        for (var entry : onlyList("collections.OrderedDict", arguments)) {
            var pair = entry instanceof Tuple tuple ? tuple.items() : entry instanceof List<?> list ? list : List.of();
            if (pair.size() != 2) {
                throw new PickleException("collections.OrderedDict is called with an entry that is no pair");
            }
            map.put(key(pair.get(0)), pair.get(1));
        }
        return map;
    }

    private static Set<Object> set(Tuple arguments) {
        var set = new LinkedHashSet<Object>();
        if (!arguments.items().isEmpty()) {
            onlyList("a set", arguments).forEach(item -> set.add(key(item)));
        }
        return set;
    }

    private static List<?> onlyList(String what, Tuple arguments) {
        if (arguments.items().size() == 1 && arguments.items().get(0) instanceof List<?> list) {
            return new ArrayList<>(list);
        }
        throw new PickleException(what + " is called with something else than one list");
    }

    /** Protocol 2 has no opcode for bytes: it writes them as text of the code points 0 to 255. */
    private static Object encode(Tuple arguments) {
        var items = arguments.items();
        if (items.size() == 2
                && items.get(0) instanceof String text
                && "latin1".equals(items.get(1))
                && text.chars().allMatch(c -> c < 256)) {
            return new Bytes(text.getBytes(StandardCharsets.ISO_8859_1));
        }
        throw new PickleException("_codecs.encode is called for something else than bytes as latin1 text");
    }

    /** A value as the key of a dictionary: those whose hash is theirs alone, never a container that may hold itself. */
    static Object key(Object value) {
        if (value instanceof String
                || value instanceof Number
                || value instanceof Boolean
                || value instanceof Enum<?>
                || value instanceof Bytes) {
            return value;
        }
        throw new PickleException("a " + PickleStack.kind(value) + " is the key of a dictionary or in a set; text,"
                + " numbers and constants may be");
    }
}
