package org.sola.evfsam;

import ai.djl.ndarray.NDArray;
import java.util.List;
import org.sola.layer.Scoped;
import org.sola.tensor.Kernels;
import org.sola.tensor.Weights;

/**
 * EVF-SAM: early fusion turns a frame and an expression into one prompt token, and SAM draws its mask. What depends on
 * the frame alone is apart from what the expression changes. The same class trains: gradients flow through every method.
 * F frames, E expressions (F a divisor of E: a frame's expressions are neighbours), C hidden width, S SAM's input side.
 */
public final class EvfSam {
    private static final String SAM = "visual_model";

    private final EvfSamConfig config;
    private final ExpressionPrompter prompter;
    private final SamImageEncoder imageEncoder;
    private final SamMaskDecoder maskDecoder;

    private EvfSam(EvfSamConfig config, Weights weights) {
        this.config = config;
        this.prompter = ExpressionPrompter.of(config, weights);
        this.imageEncoder = SamImageEncoder.of(config.sam(), weights.at(SAM).at("image_encoder"));
        this.maskDecoder = SamMaskDecoder.of(config.sam(), weights.at(SAM));
    }

    /** @param weights a whole checkpoint under the official names */
    public static EvfSam of(EvfSamConfig config, Weights weights) {
        return new EvfSam(config, weights);
    }

    /** The network of a file that must hold nothing else. */
    static EvfSam ofCheckpoint(EvfSamConfig config, Weights weights) {
        var network = of(config, weights);
        weights.requireAllUsed(EvfSam::isIgnored);
        return network;
    }

    /** Whether official checkpoints hold this parameter though no expression needs it: SAM's prompts of other kinds. */
    public static boolean isIgnored(String parameter) {
        return parameter.equals("mm_extractor.beit3.vision_embed.mask_token")
                || parameter.startsWith(SAM + ".prompt_encoder.point_embeddings.")
                || parameter.startsWith(SAM + ".prompt_encoder.not_a_point_embed.")
                || parameter.startsWith(SAM + ".prompt_encoder.mask_downscaling.");
    }

    /** Whether this parameter is drawn once and never trained. */
    public static boolean isFrozen(String parameter) {
        return parameter.endsWith("positional_encoding_gaussian_matrix");
    }

    public EvfSamConfig config() {
        return config;
    }

    /** Frames for SAM (F, 3, S, S), normalised, to features (F, C, h, w): once a frame, nearly all of the cost. */
    public NDArray embedFrame(NDArray frames) {
        return imageEncoder.forward(frames);
    }

    /** Frames for the fusion (F, 3, s, s), values -1..1, to its image tokens (F, P, D): once a frame. */
    public NDArray embedPatches(NDArray frames) {
        return prompter.embedImage(frames);
    }

    /**
     * One prompt token an expression, (E, 1, C).
     *
     * @param imageTokens {@link #embedPatches}, (F, P, D)
     * @param pieces word pieces of E expressions, their ends included; lengths may differ
     */
    public NDArray prompt(NDArray imageTokens, List<long[]> pieces) {
        return prompter.forward(imageTokens, pieces);
    }

    /**
     * Masks of prompts, and how well each is expected to fit.
     *
     * @param embedding {@link #embedFrame}, (F, C, h, w)
     * @param prompts {@link #prompt}, (E, 1, C)
     */
    public SamMaskDecoder.Output decode(NDArray embedding, NDArray prompts) {
        return maskDecoder.forward(embedding, prompts);
    }

    /**
     * Mask logits in pixels of the frame.
     *
     * @param masks (E, M, 4 h, 4 w), of {@link #decode}
     * @param imageSize S
     * @return (E, M, height, width) of the frame
     */
    public static NDArray toFrame(NDArray masks, int imageSize, FrameSize size) {
        return Scoped.array(() -> {
            var whole = Kernels.bilinear(masks, imageSize, imageSize);
            var seen = whole.get(":, :, :" + size.inputHeight() + ", :" + size.inputWidth());
            return Kernels.bilinear(seen, size.height(), size.width());
        });
    }
}
