package org.sola.precompute;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import org.sola.file.Sha256;

/**
 * What made a token cache: the network, its weights and every setting that can change the result.
 *
 * @param model name of the network
 * @param weightsSha256 hash of the weights file, in hexadecimal
 * @param settings the recipe, flattened: {@code "grid.pointsPerSide" -> "32"}
 */
public record Fingerprint(String model, String weightsSha256, Map<String, String> settings) {
    static final String CORRUPTION = "corruption";

    private static final String TOKENS_MODEL = "tokens_model";
    private static final String TOKENS_WEIGHTS = "tokens_weights";
    private static final int DIGEST_CHARACTERS = 16;
    private static final String[] NO_LEVELS = {};

    public Fingerprint {
        settings = Collections.unmodifiableSortedMap(new TreeMap<>(settings));
    }

    /** The fingerprint of weights in a file and a recipe; the recipe's record components become the settings. */
    public static Fingerprint of(String model, Path weights, Record recipe) throws IOException {
        return of(model, Sha256.of(weights), recipe);
    }

    /** The fingerprint of weights whose hash is known. */
    public static Fingerprint of(String model, String weightsSha256, Record recipe) {
        var settings = new TreeMap<String, String>();
        flatten(new ObjectMapper().valueToTree(recipe), "", settings);
        return new Fingerprint(model, weightsSha256, settings);
    }

    /** The same with more settings, whose names get {@code prefix}. */
    public Fingerprint with(String prefix, Map<String, String> more) {
        var all = new TreeMap<>(settings);
        more.forEach((key, value) -> all.put(prefix + key, value));
        return new Fingerprint(model, weightsSha256, all);
    }

    private static void flatten(JsonNode node, String path, SortedMap<String, String> settings) {
        if (node.isContainerNode() && !node.isEmpty()) {
            var fields = node.isObject()
                    ? node.propertyStream().map(Map.Entry::getKey).toList().toArray(NO_LEVELS)
                    : NO_LEVELS;
            for (int i = 0; i < node.size(); i++) {
                var name = node.isObject() ? fields[i] : Integer.toString(i);
                flatten(
                        node.isObject() ? node.get(name) : node.get(i),
                        path.isEmpty() ? name : path + "." + name,
                        settings);
            }
        } else {
            settings.put(path, node.asText());
        }
    }

    /** A short name of all of it: 16 hexadecimal digits. */
    public String digest() {
        var text = new StringBuilder(model).append('\n').append(weightsSha256).append('\n');
        settings.forEach(
                (key, value) -> text.append(key).append('=').append(value).append('\n'));
        return Sha256.of(text.toString()).substring(0, DIGEST_CHARACTERS);
    }

    /** How the frames were corrupted before anything was done with them; empty where they were not. */
    public Optional<String> corruption() {
        return Optional.ofNullable(settings.get(CORRUPTION));
    }

    /** Which network the object tokens come from, for the metadata of a selector that is trained on them. */
    public Map<String, String> tokenOrigin() {
        return Map.of(TOKENS_MODEL, model, TOKENS_WEIGHTS, weightsSha256);
    }

    /** What differs between these tokens' network and the one that a selector's metadata names; empty where none does. */
    public List<String> tokenDifferences(Map<String, String> metadata) {
        var lines = new ArrayList<String>();
        String otherModel = metadata.getOrDefault(TOKENS_MODEL, model);
        if (!otherModel.equals(model)) {
            lines.add("model: " + otherModel + " in training, " + model + " here");
        }
        String otherWeights = metadata.getOrDefault(TOKENS_WEIGHTS, weightsSha256);
        if (!otherWeights.equals(weightsSha256)) {
            lines.add("weights: " + start(otherWeights) + " in training, " + start(weightsSha256) + " here");
        }
        return List.copyOf(lines);
    }

    /** What differs, a line each, "here" being this fingerprint; empty when they are equal. */
    public List<String> differences(Fingerprint other) {
        var lines = new ArrayList<String>();
        if (!model.equals(other.model)) {
            lines.add("model: " + model + " here, " + other.model + " there");
        }
        if (!weightsSha256.equals(other.weightsSha256)) {
            lines.add("weights: " + start(weightsSha256) + " here, " + start(other.weightsSha256) + " there");
        }
        var keys = new TreeSet<>(settings.keySet());
        keys.addAll(other.settings.keySet());
        for (var key : keys) {
            var here = settings.getOrDefault(key, "unset");
            var there = other.settings.getOrDefault(key, "unset");
            if (!here.equals(there)) {
                lines.add(key + ": " + here + " here, " + there + " there");
            }
        }
        return List.copyOf(lines);
    }

    private static String start(String hash) {
        return hash.length() > 12 ? hash.substring(0, 12) + "..." : hash;
    }
}
