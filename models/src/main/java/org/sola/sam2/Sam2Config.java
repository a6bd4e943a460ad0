package org.sola.sam2;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/**
 * Sizes and switches of a SAM 2 network; every size is one file below {@code configs/models/}.
 *
 * @param name name in messages and fingerprints
 * @param imageSize side S of the square network input in pixels, a multiple of 32
 * @param hiera image encoder trunk
 * @param hiddenDim C: width of frame features, prompts, decoder and object tokens
 * @param memoryDim channels of the spatial memory
 * @param decoder mask decoder
 * @param memoryAttention memory attention
 * @param memoryFrames spatial memories in a bank, the prompted frames' slot included (7 officially)
 * @param maxObjectPointers object pointers in a bank (16 officially)
 * @param version21 whether the parameters of SAM 2.1 are there: {@code no_obj_embed_spatial}, {@code obj_ptr_tpos_proj}
 */
public record Sam2Config(
        String name,
        int imageSize,
        Hiera hiera,
        int hiddenDim,
        int memoryDim,
        Decoder decoder,
        MemoryAttention memoryAttention,
        int memoryFrames,
        int maxObjectPointers,
        boolean version21) {

    /**
     * The Hiera trunk.
     *
     * @param embedDim width of the first stage; it doubles from stage to stage
     * @param heads attention heads of the first stage; they double as well
     * @param stages blocks a stage
     * @param globalBlocks blocks that attend to the whole map, counted from 0 through all stages
     * @param windows window side of each stage
     * @param positionGrid height and width of {@code pos_embed}
     */
    public record Hiera(
            int embedDim,
            int heads,
            List<Integer> stages,
            List<Integer> globalBlocks,
            List<Integer> windows,
            int positionGrid) {}

    /**
     * The mask decoder.
     *
     * @param layers two-way layers
     * @param heads attention heads
     * @param mlpDim hidden width of the two-way layers' MLP
     * @param dynamicMultimask whether an unstable single mask gives way to the best of three
     */
    public record Decoder(int layers, int heads, int mlpDim, boolean dynamicMultimask) {}

    /**
     * Memory attention.
     *
     * @param layers its layers
     * @param feedForwardDim hidden width of a layer's MLP
     */
    public record MemoryAttention(int layers, int feedForwardDim) {}

    /** Reads one of the files below {@code configs/models/}; every field must be there and no other. */
    public static Sam2Config read(Path file) throws IOException {
        try {
            return new ObjectMapper(new YAMLFactory())
                    .enable(DeserializationFeature.FAIL_ON_MISSING_CREATOR_PROPERTIES)
                    .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
                    .readValue(file.toFile(), Sam2Config.class);
        } catch (JsonMappingException e) {
            throw new IllegalArgumentException(
                    file + " is not a SAM 2 configuration: " + e.getOriginalMessage() + " (at " + e.getPathReference()
                            + ")",
                    e);
        }
    }

    /** The same network for another input size. */
    public Sam2Config withImageSize(int size) {
        return new Sam2Config(
                name,
                size,
                hiera,
                hiddenDim,
                memoryDim,
                decoder,
                memoryAttention,
                memoryFrames,
                maxObjectPointers,
                version21);
    }

    /** Side of the stride-16 feature map. */
    public int featureSize() {
        return imageSize / 16;
    }

    /** Side of the low-resolution mask logits. */
    public int lowResSize() {
        return imageSize / 4;
    }
}
