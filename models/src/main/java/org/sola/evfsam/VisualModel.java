package org.sola.evfsam;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import java.util.Optional;
import org.sola.image.RgbImage;

/**
 * The network that draws the mask of a prompt, {@code visual_model} of a checkpoint: SAM, or SAM 2 in EVF-SAM 2. F frames,
 * E prompts (F a divisor of E: a frame's prompts are neighbours), S input side, m side of the masks, C hidden width.
 */
interface VisualModel {
    /** S, in pixels. */
    int imageSize();

    /** m, in pixels. */
    int maskSize();

    /** Where a frame lies in the input. */
    FrameSize size(int height, int width);

    /** A frame as the network wants it, (1, 3, S, S). */
    NDArray input(RgbImage frame, NDManager manager);

    /** Frames (F, 3, S, S) to all that no prompt changes: once a frame, nearly all of the cost. */
    NDList embed(NDArray frames);

    /**
     * Masks of prompts.
     *
     * @param features {@link #embed}
     * @param prompts (E, N, C), tokens
     */
    DrawnMask draw(NDList features, NDArray prompts);

    /**
     * What the network's own prompts of single points look like, where it has learnt such.
     *
     * @param points (E, 1, 2), x before y, in pixels of the input, each on the object that is meant
     * @return (E, 1, C)
     */
    Optional<NDArray> pointPrompts(NDArray points);

    /** Mask logits (E, 1, m, m) in pixels of a frame, (E, 1, height, width). */
    NDArray toFrame(NDArray masks, FrameSize size);

    /** Whether training leaves this parameter as it is, its name without the prefix. */
    boolean isFrozen(String parameter);
}
