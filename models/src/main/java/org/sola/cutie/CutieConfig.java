package org.sola.cutie;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.sola.config.Configs;

/**
 * Sizes of a Cutie network; every size is one file below {@code configs/models/}.
 *
 * @param name name in messages and fingerprints
 * @param pixelDim width of the frame features
 * @param keyDim width of memory keys
 * @param valueDim width of memory values
 * @param sensoryDim width of the sensory memory
 * @param embedDim E: width of the object transformer
 * @param pixelEncoder the frames' ResNet
 * @param maskEncoder the masks' ResNet
 * @param positionScale positions run from 0 to this over the map
 * @param positionTemperature ratio of the slowest to the fastest wave of the position code
 * @param objectTransformer object queries and pixels reading from each other
 * @param decoderDims widths of the mask decoder at strides 16, 8 and 4; the first is E
 */
public record CutieConfig(
        String name,
        int pixelDim,
        int keyDim,
        int valueDim,
        int sensoryDim,
        int embedDim,
        Backbone pixelEncoder,
        Backbone maskEncoder,
        double positionScale,
        double positionTemperature,
        Transformer objectTransformer,
        List<Integer> decoderDims) {

    /**
     * A ResNet without its last stage.
     *
     * @param bottleneck whether blocks are bottlenecks of three convolutions (ResNet-50) or of two (ResNet-18)
     * @param stemDim width of the first convolution; stages have 1, 2 and 4 times that, bottlenecks four times more
     * @param blocks blocks of the stages of stride 4, 8 and 16
     */
    public record Backbone(boolean bottleneck, int stemDim, List<Integer> blocks) {
        /** Channels of the stage of stride 4 (0), 8 (1) or 16 (2). */
        int dim(int stage) {
            return (stemDim << stage) * (bottleneck ? 4 : 1);
        }
    }

    /**
     * The object transformer and the summaries it starts from.
     *
     * @param blocks its blocks
     * @param heads attention heads, a divisor of E
     * @param queries Q: queries of an object; the first half sees the object, the other half the rest
     * @param feedForwardDim hidden width of a block's MLP
     */
    public record Transformer(int blocks, int heads, int queries, int feedForwardDim) {}

    public CutieConfig {
        decoderDims = List.copyOf(decoderDims);
        require(name, decoderDims.size() == 3, "decoderDims needs three widths, not " + decoderDims);
        require(
                name,
                decoderDims.get(0) == embedDim,
                "the first of decoderDims " + decoderDims + " must be embedDim " + embedDim);
        require(name, embedDim % 4 == 0, "embedDim " + embedDim + " must be a multiple of 4");
        for (var part : List.of(pixelEncoder, maskEncoder)) {
            require(
                    name,
                    part.blocks().size() == 3 && part.blocks().stream().allMatch(n -> n > 0),
                    "blocks of an encoder are three numbers above 0, not " + part.blocks());
        }
        require(
                name,
                objectTransformer.heads() > 0 && embedDim % objectTransformer.heads() == 0,
                "embedDim " + embedDim + " does not divide into " + objectTransformer.heads() + " heads");
        require(
                name,
                objectTransformer.queries() > 0 && objectTransformer.queries() % 2 == 0,
                "queries " + objectTransformer.queries() + " must be even: half see the object, half the rest");
    }

    private static void require(String name, boolean holds, String otherwise) {
        if (!holds) {
            throw new IllegalArgumentException("Cutie configuration " + name + ": " + otherwise);
        }
    }

    /** Reads one of the files below {@code configs/models/}; every field must be there and no other. */
    public static CutieConfig read(Path file) {
        return Configs.load(CutieConfig.class, List.of(file), Map.of());
    }
}
