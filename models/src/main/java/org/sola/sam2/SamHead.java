package org.sola.sam2;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.util.Optional;
import org.sola.layer.Conv2d;
import org.sola.tensor.Kernels;
import org.sola.tensor.Scalar;
import org.sola.tensor.Weights;

/**
 * Prompt encoder and mask decoder as the video predictor uses them: absent objects get no mask, one mask is chosen, and
 * its token becomes the object pointer. B objects, F frames (a divisor of B), N points, C hidden width, S input side,
 * h = w = S/16.
 */
public final class SamHead {
    /** Logit everywhere in the mask of an object that is not in the frame. */
    public static final float NO_OBJECT = -1024f;

    /** A mask prompt's logits are +-10. */
    private static final float PROMPT_LOGIT = 10f;

    private final PromptEncoder promptEncoder;
    private final MaskDecoder maskDecoder;
    private final ObjectPointers pointers;
    private final Conv2d maskDownsample; // null in a head for points only
    private final int lowRes;

    private SamHead(
            Sam2Config config,
            PromptEncoder promptEncoder,
            MaskDecoder maskDecoder,
            ObjectPointers pointers,
            Conv2d maskDownsample) {
        this.promptEncoder = promptEncoder;
        this.maskDecoder = maskDecoder;
        this.pointers = pointers;
        this.maskDownsample = maskDownsample;
        this.lowRes = config.lowResSize();
    }

    /** @param weights a whole checkpoint */
    static SamHead of(
            Sam2Config config,
            PromptEncoder promptEncoder,
            MaskDecoder maskDecoder,
            ObjectPointers pointers,
            Weights weights) {
        var maskDownsample = Conv2d.of(weights.at("mask_downsample"), 1, 1, 4, 4, 0, 1);
        return new SamHead(config, promptEncoder, maskDecoder, pointers, maskDownsample);
    }

    /**
     * A head that takes points and boxes but no masks, for weights of the image part.
     *
     * @param weights with {@code obj_ptr_proj} and {@code no_obj_ptr}
     */
    public static SamHead forPoints(Sam2Image image, Weights weights) {
        var pointers = ObjectPointers.withoutAges(image.config(), weights);
        return new SamHead(image.config(), image.promptEncoder(), image.maskDecoder(), pointers, null);
    }

    /**
     * The head's answer for B objects.
     *
     * @param lowRes (B, 1, S/4, S/4), logits of the chosen mask, {@link #NO_OBJECT} where the object is absent
     * @param pointer (B, C), the object tokens
     * @param score (B, 1), logit that the object is in the frame
     * @param chosen mask and pointer before absence replaced them
     * @param decoded everything the decoder said (for losses); of a mask prompt, what it said when the pointer was made
     */
    public record Output(NDArray lowRes, NDArray pointer, NDArray score, Chosen chosen, MaskDecoder.Output decoded) {}

    /**
     * The chosen mask as if the object were there.
     *
     * @param lowRes (B, 1, S/4, S/4)
     * @param pointer (B, C)
     */
    public record Chosen(NDArray lowRes, NDArray pointer) {}

    /**
     * The same answer with presence told from outside: training teaches with the truth, because a score that starts
     * below zero would hide the pointer's projection from the loss.
     *
     * @param isPresent (B, 1), 1 or 0
     */
    public Output gate(Output output, NDArray isPresent) {
        var chosen = output.chosen();
        var present = isPresent.reshape(-1, 1, 1, 1);
        return new Output(
                chosen.lowRes().mul(present).add(present.sub(1).mul(Scalar.of(-NO_OBJECT))),
                pointers.gate(chosen.pointer(), isPresent),
                output.score(),
                chosen,
                output.decoded());
    }

    /**
     * A frame without points: what tracking asks of every frame.
     *
     * @param embedding (B, C, h, w), the memory-conditioned features
     * @return the best of three masks by predicted IoU
     */
    public Output track(FrameFeatures features, NDArray embedding) {
        return forward(features, embedding, noPoints(embedding), promptEncoder.noMask(), true);
    }

    /**
     * A frame with points or a box.
     *
     * @param embedding (F or B, C, h, w)
     * @param points (B, N, 2), pixels of the network input, x before y
     * @param labels (B, N), float32, see {@link PromptEncoder}
     * @param earlier (B, 1, S/4, S/4), the logits that the points refine, within +-32; empty for a first prompt
     * @return one point: the best of three masks; more, or a box: the single mask
     */
    public Output prompt(
            FrameFeatures features, NDArray embedding, NDArray points, NDArray labels, Optional<NDArray> earlier) {
        var dense = earlier.map(promptEncoder::mask).orElseGet(promptEncoder::noMask);
        boolean multimask = labels.getShape().get(1) <= 1;
        return forward(features, embedding, promptEncoder.points(points, labels), dense, multimask);
    }

    /**
     * A frame whose mask is given: the mask is the answer, the decoder only makes the pointer, on features without any
     * memory.
     *
     * @param mask (B, 1, S, S), 0 or 1
     */
    public Output mask(FrameFeatures features, NDArray mask) {
        if (maskDownsample == null) {
            throw new IllegalStateException("this head was made for points and boxes, not for masks");
        }
        var tokens = noPoints(mask);
        var dense = promptEncoder.mask(maskDownsample.forward(mask));
        var seen = forward(features, features.s2(), tokens, dense, false);
        var logits = mask.mul(Scalar.of(2 * PROMPT_LOGIT)).sub(PROMPT_LOGIT);
        var isPresent = mask.flatten(1, 3)
                .max(new int[] {1})
                .gt(0f)
                .toType(DataType.FLOAT32, false)
                .reshape(-1, 1);
        var lowResMask = Kernels.bilinearAntialiased(logits, lowRes, lowRes);
        return new Output(
                lowResMask,
                pointers.gate(seen.pointer(), isPresent),
                isPresent.mul(Scalar.of(2 * PROMPT_LOGIT)).sub(PROMPT_LOGIT),
                new Chosen(lowResMask, seen.chosen().pointer()),
                seen.decoded());
    }

    /** The one token "no point", (B, 2, C) with the encoder's own closing token. */
    private NDArray noPoints(NDArray like) {
        long b = like.getShape().get(0);
        var manager = like.getManager();
        return promptEncoder.points(
                manager.zeros(new Shape(b, 1, 2)), manager.full(new Shape(b, 1), PromptEncoder.NO_POINT));
    }

    private Output forward(
            FrameFeatures features, NDArray embedding, NDArray sparse, NDArray dense, boolean multimask) {
        var decoded = maskDecoder.forward(features, embedding, promptEncoder.densePositions(), sparse, dense);
        var choice = maskDecoder.choose(decoded, multimask);
        var masks = choice.masks();
        var token = choice.maskTokens();
        if (multimask) {
            var weight = choice.ious().argMax(1).oneHot((int)
                    choice.ious().getShape().get(1)); // (B, 3)
            masks = masks.mul(weight.reshape(-1, weight.getShape().get(1), 1, 1))
                    .sum(new int[] {1}, true);
            token = token.mul(weight.expandDims(2)).sum(new int[] {1}, true);
        }
        var isPresent = decoded.objectScore().gt(0f).toType(DataType.FLOAT32, false); // (B, 1)
        var chosen = new Chosen(masks, pointers.project(token.squeeze(1)));
        return gate(new Output(masks, chosen.pointer(), decoded.objectScore(), chosen, decoded), isPresent);
    }
}
