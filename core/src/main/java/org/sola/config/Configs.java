package org.sola.config;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.fasterxml.jackson.dataformat.yaml.YAMLGenerator;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Settings from YAML into a record: defaults first, then files, then {@code --set} of the command line; what comes later
 * wins, key by key. The record's components are the keys, records within it are sections; see {@link RecordBinder} for
 * the types. A key that the record does not have is an error that proposes the nearest; so is a value of another type.
 */
public final class Configs {
    static final ObjectMapper YAML = new ObjectMapper(new YAMLFactory()
                    .enable(YAMLGenerator.Feature.MINIMIZE_QUOTES)
                    .disable(YAMLGenerator.Feature.WRITE_DOC_START_MARKER))
            .enable(JsonParser.Feature.STRICT_DUPLICATE_DETECTION);

    private static final String COMMAND_LINE = "--set";

    private Configs() {}

    /** Settings of files, the last one winning, and overrides by dotted key ({@code "optimizer.rate" -> "1e-4"}). */
    public static <T extends Record> T load(Class<T> type, List<Path> files, Map<String, String> overrides) {
        return loadSources(type, files.stream().map(ConfigSource::file).toList(), overrides);
    }

    /** Settings of any sources, the last one winning, and overrides by dotted key. */
    public static <T extends Record> T loadSources(
            Class<T> type, List<ConfigSource> sources, Map<String, String> overrides) {
        var merged = JsonNodeFactory.instance.objectNode();
        var names = new ArrayList<String>();
        for (var source : sources) {
            var tree = read(source);
            RecordBinder.check(source.name(), type, tree);
            merge(merged, tree);
            names.add(source.name());
        }
        for (var override : overrides.entrySet()) {
            var tree = override(type, override.getKey(), override.getValue());
            RecordBinder.check(COMMAND_LINE, type, tree);
            merge(merged, tree);
        }
        if (!overrides.isEmpty()) {
            names.add(COMMAND_LINE);
        }
        return RecordBinder.bind(names.isEmpty() ? "no source" : String.join(", ", names), type, merged);
    }

    /** The settings as YAML that {@link #load} reads back to an equal record. */
    public static String toYaml(Record settings) {
        try {
            return YAML.writeValueAsString(RecordBinder.tree(settings));
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Splits {@code key=value} of a command line. */
    public static Map.Entry<String, String> override(String keyAndValue) {
        int at = keyAndValue.indexOf('=');
        if (at < 1) {
            throw new ConfigException(COMMAND_LINE + " " + keyAndValue + ": expected key=value");
        }
        return Map.entry(
                keyAndValue.substring(0, at).strip(),
                keyAndValue.substring(at + 1).strip());
    }

    private static ObjectNode read(ConfigSource source) {
        try (var in = source.content().open()) {
            var tree = YAML.readTree(in);
            if (tree == null || tree.isMissingNode() || tree.isNull()) {
                return JsonNodeFactory.instance.objectNode(); // nothing but comments
            }
            if (tree instanceof ObjectNode object) {
                return object;
            }
            throw new ConfigException(source.name() + ": found " + tree.getNodeType() + ", expected keys and values");
        } catch (JsonProcessingException e) {
            var at = e.getLocation();
            String place = at == null ? "" : " at line " + at.getLineNr() + ", column " + at.getColumnNr();
            throw new ConfigException(
                    source.name() + " is not valid YAML" + place + ": "
                            + e.getOriginalMessage().lines().findFirst().orElse(""),
                    e);
        } catch (NoSuchFileException e) {
            throw new ConfigException(source.name() + " does not exist", e);
        } catch (IOException e) {
            throw new ConfigException(source.name() + " cannot be read: " + e.getMessage(), e);
        }
    }

    /** The tree of one {@code a.b=value}; text stays as it is, anything else is read as YAML. */
    private static ObjectNode override(Class<? extends Record> type, String key, String value) {
        JsonNode leaf;
        if (RecordBinder.isText(type, key)) {
            leaf = JsonNodeFactory.instance.textNode(value);
        } else {
            try {
                leaf = YAML.readTree(value);
            } catch (JsonProcessingException e) {
                throw new ConfigException(COMMAND_LINE + " " + key + "=" + value + ": not a YAML value", e);
            }
        }
        var names = key.split("\\.", -1);
        for (int i = names.length - 1; i >= 0; i--) {
            leaf = JsonNodeFactory.instance.objectNode().set(names[i], leaf);
        }
        return (ObjectNode) leaf;
    }

    private static void merge(ObjectNode into, ObjectNode from) {
        for (var entry : from.properties()) {
            if (into.get(entry.getKey()) instanceof ObjectNode section && entry.getValue() instanceof ObjectNode more) {
                merge(section, more);
            } else {
                into.set(entry.getKey(), entry.getValue());
            }
        }
    }
}
