package org.sola.config;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.sola.tensor.NearestNames;

/**
 * Trees of YAML to records and back. Components may be {@code int}, {@code long}, {@code double}, {@code float},
 * {@code boolean}, {@code String}, an enum (by its name, in any case), another record, or a list of these; an {@code
 * Optional} of any of them may be left out.
 */
final class RecordBinder {
    private final String source;

    private RecordBinder(String source) {
        this.source = source;
    }

    /** Checks the keys and types of a tree that need not be complete. */
    static void check(String source, Class<? extends Record> type, ObjectNode tree) {
        new RecordBinder(source).section(type, tree, "", false);
    }

    static <T extends Record> T bind(String source, Class<T> type, ObjectNode tree) {
        return type.cast(new RecordBinder(source).section(type, tree, "", true));
    }

    /** Whether the dotted key leads to a component of text. */
    static boolean isText(Class<? extends Record> type, String key) {
        Class<?> at = type;
        for (String name : key.split("\\.", -1)) {
            at = at.isRecord()
                    ? Arrays.stream(at.getRecordComponents())
                            .filter(c -> c.getName().equals(name))
                            .<Class<?>>map(RecordComponent::getType)
                            .findFirst()
                            .orElse(Object.class)
                    : Object.class;
        }
        return at == String.class;
    }

    /** The record of a section, or null where its values need not be complete and are only looked at. */
    private Object section(Class<?> type, JsonNode tree, String path, boolean isComplete) {
        if (!tree.isObject()) {
            throw wrong(path.replaceAll("\\.$", ""), tree, "a section of keys and values");
        }
        var components = type.getRecordComponents();
        var known = Arrays.stream(components).map(RecordComponent::getName).toList();
        for (var entry : tree.properties()) {
            if (!known.contains(entry.getKey())) {
                throw new ConfigException(source + ": unknown key \"" + path + entry.getKey() + "\""
                        + NearestNames.hint(entry.getKey(), known));
            }
        }
        var values = new Object[components.length];
        for (int i = 0; i < components.length; i++) {
            String key = path + components[i].getName();
            var node = tree.path(components[i].getName());
            if (!node.isMissingNode()) {
                values[i] = value(components[i].getGenericType(), node, key, isComplete);
            } else if (isOptional(components[i].getGenericType())) {
                values[i] = Optional.empty();
            } else if (isComplete) {
                throw new ConfigException(source + ": key \"" + key + "\" has no value");
            }
        }
        return isComplete ? construct(type, values, path) : null;
    }

    private static boolean isOptional(Type type) {
        return type instanceof ParameterizedType optional && optional.getRawType() == Optional.class;
    }

    private Object construct(Class<?> type, Object[] values, String path) {
        var types = Arrays.stream(type.getRecordComponents())
                .map(RecordComponent::getType)
                .toArray(Class<?>[]::new);
        try {
            var constructor = type.getDeclaredConstructor(types);
            constructor.setAccessible(true); // records of other packages need not be public
            return constructor.newInstance(values);
        } catch (InvocationTargetException e) {
            String where = path.isEmpty() ? "" : "section \"" + path.substring(0, path.length() - 1) + "\": ";
            throw new ConfigException(source + ": " + where + e.getCause().getMessage(), e.getCause());
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("no canonical constructor: " + type, e);
        }
    }

    private Object value(Type type, JsonNode node, String key, boolean isComplete) {
        if (isOptional(type)) {
            var of = ((ParameterizedType) type).getActualTypeArguments()[0];
            return Optional.ofNullable(value(of, node, key, isComplete));
        }
        if (type instanceof ParameterizedType list && list.getRawType() == List.class) {
            if (!node.isArray()) {
                throw wrong(key, node, "a list");
            }
            var values = new ArrayList<>();
            for (int i = 0; i < node.size(); i++) {
                // the elements of a list are never merged, so each must be complete by itself
                values.add(value(list.getActualTypeArguments()[0], node.get(i), key + "[" + i + "]", true));
            }
            return List.copyOf(values);
        }
        var plain = (Class<?>) type;
        if (plain.isRecord()) {
            return section(plain, node, key + ".", isComplete);
        }
        if (plain.isEnum()) {
            return constant(plain, node, key);
        }
        return scalar(plain, node, key);
    }

    private Object constant(Class<?> type, JsonNode node, String key) {
        var names = new ArrayList<String>();
        for (Object constant : type.getEnumConstants()) {
            String name = ((Enum<?>) constant).name().toLowerCase(Locale.ROOT);
            if (node.isTextual() && node.asText().toLowerCase(Locale.ROOT).equals(name)) {
                return constant;
            }
            names.add(name);
        }
        throw wrong(key, node, "one of " + String.join(", ", names));
    }

    private Object scalar(Class<?> type, JsonNode node, String key) {
        boolean isInt = type == int.class || type == Integer.class;
        boolean isLong = type == long.class || type == Long.class;
        boolean isDouble = type == double.class || type == Double.class;
        boolean isFloat = type == float.class || type == Float.class;
        if (isInt || isLong) {
            boolean fits = node.isIntegralNumber() && (isInt ? node.canConvertToInt() : node.canConvertToLong());
            if (!fits) {
                throw wrong(key, node, isInt ? "a whole number" : "a whole number of 64 bits");
            }
            return isInt ? (Object) node.intValue() : (Object) node.longValue();
        }
        if (isDouble || isFloat) {
            double number = number(node);
            if (Double.isNaN(number)) {
                throw wrong(key, node, "a number");
            }
            return isFloat ? (Object) (float) number : (Object) number;
        }
        if (type == boolean.class || type == Boolean.class) {
            if (!node.isBoolean()) {
                throw wrong(key, node, "true or false");
            }
            return node.booleanValue();
        }
        if (type == String.class) {
            if (!node.isValueNode() || node.isNull()) {
                throw wrong(key, node, "text");
            }
            return node.asText();
        }
        throw new IllegalStateException("settings cannot be of type " + type + ": " + key);
    }

    /** A number, also as YAML 1.1 leaves it text: {@code 1e-4} has no dot, so that its readers do not see a number. */
    private static double number(JsonNode node) {
        if (node.isNumber()) {
            return node.doubleValue();
        }
        try {
            return node.isTextual() && node.asText().matches("[-+]?[0-9.]+[eE][-+]?[0-9]+")
                    ? Double.parseDouble(node.asText())
                    : Double.NaN;
        } catch (NumberFormatException e) {
            return Double.NaN;
        }
    }

    private ConfigException wrong(String key, JsonNode node, String expected) {
        String found = node.toString();
        return new ConfigException(source + ": key \"" + key + "\" is "
                + (found.length() <= 40 ? found : found.substring(0, 40) + "...") + ", expected " + expected);
    }

    /** The tree of a record, in the order of its components. */
    static ObjectNode tree(Record settings) {
        var tree = JsonNodeFactory.instance.objectNode();
        for (var component : settings.getClass().getRecordComponents()) {
            try {
                var accessor = component.getAccessor();
                accessor.setAccessible(true);
                Object value = accessor.invoke(settings);
                if (value instanceof Optional<?> optional) {
                    optional.ifPresent(it -> tree.set(component.getName(), node(it)));
                } else {
                    tree.set(component.getName(), node(value));
                }
            } catch (ReflectiveOperationException e) {
                throw new IllegalStateException("cannot read " + component, e);
            }
        }
        return tree;
    }

    private static JsonNode node(Object value) {
        if (value instanceof Record section) {
            return tree(section);
        }
        if (value instanceof List<?> list) {
            var array = JsonNodeFactory.instance.arrayNode();
            list.forEach(element -> array.add(node(element)));
            return array;
        }
        return value instanceof Enum<?> constant
                ? JsonNodeFactory.instance.textNode(constant.name().toLowerCase(Locale.ROOT))
                : Configs.YAML.valueToTree(value);
    }
}
