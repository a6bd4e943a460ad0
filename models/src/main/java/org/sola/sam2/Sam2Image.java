package org.sola.sam2;

import ai.djl.ndarray.NDArray;
import org.sola.tensor.Weights;

/**
 * The part of SAM 2 that segments single images: image encoder, prompt encoder and mask decoder.
 *
 * @param noMemEmbed (1, 1, C), added to the features of a frame without memory
 */
public record Sam2Image(
        Sam2Config config,
        ImageEncoder imageEncoder,
        PromptEncoder promptEncoder,
        MaskDecoder maskDecoder,
        NDArray noMemEmbed) {

    /** @param weights a whole checkpoint; parameters of the video part may be missing */
    public static Sam2Image of(Sam2Config config, Weights weights) {
        return new Sam2Image(
                config,
                ImageEncoder.of(config, weights),
                PromptEncoder.of(config, weights.at("sam_prompt_encoder")),
                MaskDecoder.of(config, weights.at("sam_mask_decoder")),
                weights.get("no_mem_embed", 1, 1, config.hiddenDim()));
    }

    /** What the decoder sees of a frame without memory, (F, C, h, w): s2 plus {@code no_mem_embed}. */
    public NDArray embedding(FrameFeatures features) {
        return features.s2().add(noMemEmbed.reshape(1, -1, 1, 1));
    }

    /**
     * Decodes prompts on frames without memory.
     *
     * @param sparse (B, N, C), {@link PromptEncoder#points}
     * @param dense {@link PromptEncoder#mask} or {@link PromptEncoder#noMask}
     */
    public MaskDecoder.Output decode(FrameFeatures features, NDArray sparse, NDArray dense) {
        return maskDecoder.forward(features, embedding(features), promptEncoder.densePositions(), sparse, dense);
    }
}
