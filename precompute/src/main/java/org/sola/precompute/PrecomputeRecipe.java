package org.sola.precompute;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import org.sola.tensor.NearestNames;

/**
 * Every setting of precomputation that can change its result; the files are in {@code configs/precompute/}.
 *
 * @param name name in messages and fingerprints
 * @param grid prompts from a grid of points
 * @param boxes prompts from a detector's boxes
 * @param gridTracks which grid prompts become tracks
 * @param boxTracks which box prompts become tracks, per expression
 */
public record PrecomputeRecipe(String name, Grid grid, Boxes boxes, TrackRule gridTracks, TrackRule boxTracks) {

    /**
     * Prompts from a grid of points (SAM 2's automatic mask generator on the whole image).
     *
     * @param everyFrames prompts on frames 0, n, 2n, ...; 0 for every half of the video
     * @param pointsPerSide points along each side of the image
     * @param pointsPerBatch points decoded together
     * @param predictedIouThreshold masks at or below it are dropped
     * @param stabilityThreshold masks below it are dropped
     * @param stabilityOffset distance of the two cuts that stability compares, in logits
     * @param boxNmsIou of two masks whose boxes overlap more, the one of lower predicted IoU is dropped
     * @param partThreshold a mask whose share inside a larger one is above it is a part and dropped
     */
    public record Grid(
            int everyFrames,
            int pointsPerSide,
            int pointsPerBatch,
            float predictedIouThreshold,
            float stabilityThreshold,
            float stabilityOffset,
            float boxNmsIou,
            double partThreshold) {
        public Grid {
            if (everyFrames < 0 || pointsPerSide < 1 || pointsPerBatch < 1) {
                throw new IllegalArgumentException("grid.everyFrames must be at least 0, pointsPerSide and"
                        + " pointsPerBatch at least 1, not " + everyFrames + ", " + pointsPerSide + ", "
                        + pointsPerBatch);
            }
        }

        /** Distance of the prompt frames in a video of {@code frames} frames. */
        int stride(int frames) {
            return everyFrames > 0 ? everyFrames : Math.max(1, frames / 2);
        }
    }

    /**
     * Prompts from a detector's boxes.
     *
     * @param everyFrames prompts on frames 0, n, 2n, ...
     */
    public record Boxes(int everyFrames) {
        public Boxes {
            if (everyFrames < 1) {
                throw new IllegalArgumentException("boxes.everyFrames is " + everyFrames + ", it must be at least 1");
            }
        }
    }

    /** Reads a recipe; every key must be there, and no other. */
    public static PrecomputeRecipe read(Path file) throws IOException {
        try {
            var mapper = new ObjectMapper(new YAMLFactory()).enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES);
            var tree = mapper.readTree(file.toFile());
            requireKeys(file, "", tree, PrecomputeRecipe.class);
            return mapper.treeToValue(tree, PrecomputeRecipe.class);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException(file + " is no recipe of precomputation: " + e.getOriginalMessage(), e);
        }
    }

    private static void requireKeys(Path file, String path, JsonNode node, Class<?> type) {
        var known = new LinkedHashMap<String, Class<?>>();
        for (var component : type.getRecordComponents()) {
            known.put(component.getName(), component.getType());
        }
        for (var entry : node.properties()) {
            if (!known.containsKey(entry.getKey())) {
                throw new IllegalArgumentException(file + " has an unknown key \"" + path + entry.getKey() + "\""
                        + NearestNames.hint(entry.getKey(), known.keySet()));
            }
        }
        known.forEach((key, component) -> {
            if (!node.hasNonNull(key)) {
                throw new IllegalArgumentException(file + " lacks the key \"" + path + key + "\"");
            }
            if (component.isRecord()) {
                requireKeys(file, path + key + ".", node.get(key), component);
            }
        });
    }
}
