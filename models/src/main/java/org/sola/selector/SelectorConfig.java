package org.sola.selector;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import java.io.IOException;
import java.nio.file.Path;

/**
 * Sizes of a selector; every size is one file below {@code configs/models/}. Officially every width follows
 * {@code langTokenDim} and the encoder is twice as wide as an object token; the two widths that a small selector makes
 * narrower are named here.
 *
 * @param name name in messages and fingerprints
 * @param objectTokenDim width of an object token
 * @param langTokenDim D: width of a text token and of the tracks' representation
 * @param encoderDim channels of the first three convolutions (officially 2 * objectTokenDim); 0 leaves the motion encoder
 *     out: object tokens are projected one by one, and no frame is merged with another
 * @param attentionDim width in which the heads work (officially langTokenDim)
 * @param heads attention heads (officially 8)
 * @param layers alignment layers; 0 scores the encoded tracks as they are
 * @param maxTemporalLength what the reduced frame index is divided by in the positional encoding; no limit on frames
 * @param negatives learnable language rows that stand for what no expression means, 0 for none
 * @param dropout chance of a channel being dropped in the encoder while training
 * @param attentionDropout chance of an attention probability being dropped while training (officially 0.1)
 * @param groups groups of the encoder's normalisation
 * @param layerGroups groups of the alignment layers' normalisation
 */
public record SelectorConfig(
        String name,
        int objectTokenDim,
        int langTokenDim,
        int encoderDim,
        int attentionDim,
        int heads,
        int layers,
        int maxTemporalLength,
        int negatives,
        double dropout,
        double attentionDropout,
        int groups,
        int layerGroups) {

    public SelectorConfig {
        if (encoderDim != 0) {
            requireMultiple(name, "encoderDim", encoderDim, groups);
        }
        requireMultiple(name, "langTokenDim", langTokenDim, groups);
        requireMultiple(name, "langTokenDim", langTokenDim, layerGroups);
        requireMultiple(name, "langTokenDim", langTokenDim, 2);
        requireMultiple(name, "attentionDim", attentionDim, heads);
        requireProbability(name, "dropout", dropout);
        requireProbability(name, "attentionDropout", attentionDropout);
        if (objectTokenDim < 1 || layers < 0 || negatives < 0 || maxTemporalLength < 1) {
            throw new IllegalArgumentException(
                    "selector " + name + " needs at least one object token channel, a positive"
                            + " maxTemporalLength, and 0 or more layers and negatives; it has " + objectTokenDim + ", "
                            + maxTemporalLength + ", " + layers + ", " + negatives);
        }
    }

    /** The network of the paper's code: 32,980,480 parameters. */
    public static SelectorConfig official() {
        return new SelectorConfig("selector-official", 256, 1024, 512, 1024, 8, 2, 100, 32, 0.2, 0.1, 8, 8);
    }

    /** Reads a file below {@code configs/models/}; every key must be there and known. */
    public static SelectorConfig read(Path file) throws IOException {
        try {
            return new ObjectMapper(new YAMLFactory())
                    .enable(DeserializationFeature.FAIL_ON_MISSING_CREATOR_PROPERTIES)
                    .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
                    .readValue(file.toFile(), SelectorConfig.class);
        } catch (JsonMappingException e) {
            throw new IllegalArgumentException(
                    file + " is not a selector's configuration: " + e.getOriginalMessage() + " (at "
                            + e.getPathReference() + ")",
                    e);
        }
    }

    /** The same network without dropout. */
    public SelectorConfig withoutDropout() {
        return new SelectorConfig(
                name,
                objectTokenDim,
                langTokenDim,
                encoderDim,
                attentionDim,
                heads,
                layers,
                maxTemporalLength,
                negatives,
                0,
                0,
                groups,
                layerGroups);
    }

    private static void requireMultiple(String name, String field, int value, int of) {
        if (value < 1 || of < 1 || value % of != 0) {
            throw new IllegalArgumentException(
                    "selector " + name + ": " + field + " is " + value + ", expected a positive multiple of " + of);
        }
    }

    private static void requireProbability(String name, String field, double value) {
        if (!(value >= 0 && value < 1)) {
            throw new IllegalArgumentException(
                    "selector " + name + ": " + field + " is " + value + ", expected 0 or more and less than 1");
        }
    }
}
