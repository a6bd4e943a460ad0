package org.sola.evfsam;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import java.util.List;
import java.util.Optional;
import org.sola.image.RgbImage;
import org.sola.tensor.Weights;

/**
 * EVF-SAM: early fusion turns a frame and an expression into one prompt token, and SAM draws its mask; or SAM 2, as in
 * EVF-SAM 2. What depends on the frame alone is apart from what the expression changes. The same class trains: gradients
 * flow through every method. F frames, E expressions (F a divisor of E: a frame's expressions are neighbours), C hidden
 * width, S SAM's input side, m side of its masks.
 */
public final class EvfSam {
    private static final String SAM = "visual_model.";

    /** What SAM 2 needs for videos alone. */
    private static final List<String> VIDEO = List.of(
            "memory_attention.",
            "memory_encoder.",
            "maskmem_tpos_enc",
            "mask_downsample.",
            "no_mem_pos_enc",
            "no_obj_ptr",
            "no_obj_embed_spatial",
            "obj_ptr_proj.",
            "obj_ptr_tpos_proj.");

    private final EvfSamConfig config;
    private final ExpressionPrompter prompter;
    private final VisualModel visualModel;

    private EvfSam(EvfSamConfig config, Weights weights) {
        this.config = config;
        this.prompter = ExpressionPrompter.of(config, weights);
        var visual = weights.at("visual_model");
        this.visualModel = config.sam().isPresent()
                ? SamVisualModel.of(config.sam().get(), visual)
                : Sam2VisualModel.of(config.sam2().orElseThrow(), visual);
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

    /** Whether official checkpoints hold this parameter though no expression needs it: SAM's prompts of other kinds, and SAM 2's memory. */
    public static boolean isIgnored(String parameter) {
        return parameter.equals("mm_extractor.beit3.vision_embed.mask_token")
                || parameter.startsWith(SAM + "prompt_encoder.point_embeddings.")
                || parameter.startsWith(SAM + "prompt_encoder.not_a_point_embed.")
                || parameter.startsWith(SAM + "prompt_encoder.mask_downscaling.")
                || VIDEO.stream().anyMatch(part -> parameter.startsWith(SAM + part));
    }

    /** Whether training leaves this parameter as it is: random positions, and the image encoder of a SAM 2. */
    public boolean isFrozen(String parameter) {
        return parameter.startsWith(SAM) && visualModel.isFrozen(parameter.substring(SAM.length()));
    }

    public EvfSamConfig config() {
        return config;
    }

    /** S, in pixels. */
    public int imageSize() {
        return visualModel.imageSize();
    }

    /** m, in pixels. */
    public int maskSize() {
        return visualModel.maskSize();
    }

    /** Where a frame lies in SAM's input, and so in its masks. */
    public FrameSize size(int height, int width) {
        return visualModel.size(height, width);
    }

    /** A frame as SAM wants it, (1, 3, S, S). */
    public NDArray input(RgbImage frame, NDManager manager) {
        return visualModel.input(frame, manager);
    }

    /** Frames of {@link #input} (F, 3, S, S) to SAM's features of them: once a frame, nearly all of the cost. */
    public NDList embedFrame(NDArray frames) {
        return visualModel.embed(frames);
    }

    /** A frame as the fusion wants it, (1, 3, s, s), values -1..1; none where it sees SAM 2's features. */
    public Optional<NDArray> fusionInput(RgbImage frame, NDManager manager) {
        var fusion = config.fusion();
        return fusion.source() == EvfSamConfig.Fusion.Source.FEATURES
                ? Optional.empty()
                : Optional.of(FrameInput.forFusion(frame, fusion.imageSize(), manager));
    }

    /**
     * The fusion's image tokens (F, P, D): once a frame.
     *
     * @param frames of {@link #fusionInput}, (F, 3, s, s)
     * @param features {@link #embedFrame} of the same frames
     */
    public NDArray embedPatches(Optional<NDArray> frames, NDList features) {
        return prompter.embedImage(frames.orElseGet(() -> features.get(features.size() - 1)));
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
     * As {@link #prompt}, and beside it the patches as the last layer finds them, from which it makes the prompt: (E, 1, C)
     * and (E, patches, D).
     */
    public NDList promptAndPatches(NDArray imageTokens, List<long[]> pieces) {
        return prompter.promptAndPatches(imageTokens, pieces);
    }

    /**
     * Masks of prompts, and how well each is expected to fit.
     *
     * @param features {@link #embedFrame}
     * @param prompts {@link #prompt}, (E, 1, C)
     */
    public DrawnMask decode(NDList features, NDArray prompts) {
        return visualModel.draw(features, prompts);
    }

    /**
     * What SAM's own prompts of single points look like, where it has learnt such: what {@link #prompt} may learn from.
     *
     * @param points (E, 1, 2), x before y, in pixels of SAM's input
     * @return (E, 1, C)
     */
    public Optional<NDArray> pointPrompts(NDArray points) {
        return visualModel.pointPrompts(points);
    }

    /**
     * Mask logits in pixels of the frame.
     *
     * @param masks (E, 1, m, m), of {@link #decode}
     * @return (E, 1, height, width) of the frame
     */
    public NDArray toFrame(NDArray masks, FrameSize size) {
        return visualModel.toFrame(masks, size);
    }
}
