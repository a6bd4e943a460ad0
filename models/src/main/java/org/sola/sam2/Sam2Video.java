package org.sola.sam2;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.nn.Activation;
import java.util.List;
import org.sola.layer.Broadcast;
import org.sola.layer.Constant;
import org.sola.layer.Scoped;
import org.sola.sam2.MemoryAttention.Memories;
import org.sola.tensor.Kernels;
import org.sola.tensor.Scalar;
import org.sola.tensor.Weights;

/**
 * The networks that carry objects from frame to frame, as steps of which tracking and training are made: features with
 * and without memory, the head, the memory that a frame leaves. F frames, B objects (a multiple of F, the objects of a
 * frame are neighbours), C hidden width, D memory width, L = h w = (S/16)^2 positions.
 */
public final class Sam2Video {
    /** Mask values that the memory encoder sees lie within plus and minus this. */
    private static final float MASK_SCALE = 10f;

    private final Sam2Config config;
    private final NDArray noMemEmbed; // (1, 1, C)
    private final NDArray maskmemTposEnc; // (slots, 1, 1, D)
    private final NDArray noObjEmbedSpatial; // (1, D); null in SAM 2.0
    private final MemoryAttention memoryAttention;
    private final MemoryEncoder memoryEncoder;
    private final ObjectPointers pointers;
    private final SamHead head;
    private final Constant memoryPosition; // (1, L, D)
    private final Constant slotPositions; // (slots, L, D)

    private Sam2Video(
            Sam2Config config,
            PromptEncoder promptEncoder,
            MaskDecoder maskDecoder,
            NDArray noMemEmbed,
            Weights weights) {
        this.config = config;
        this.noMemEmbed = noMemEmbed;
        int d = config.memoryDim();
        int side = config.featureSize();
        maskmemTposEnc = weights.get("maskmem_tpos_enc", config.memoryFrames(), 1, 1, d);
        noObjEmbedSpatial = config.version21() ? weights.get("no_obj_embed_spatial", 1, d) : null;
        memoryAttention = MemoryAttention.of(config, weights.at("memory_attention"));
        memoryEncoder = MemoryEncoder.of(config, weights.at("memory_encoder"));
        pointers = ObjectPointers.of(config, weights);
        head = SamHead.of(config, promptEncoder, maskDecoder, pointers, weights);
        var manager = maskmemTposEnc.getManager();
        memoryPosition = new Constant(() -> MemoryMaps.tokens(SinePosition.of(manager, d, side, side)));
        slotPositions = new Constant(this::computeSlotPositions);
    }

    /**
     * Everything but the image encoder.
     *
     * @param weights a whole checkpoint; the image encoder's parameters may be missing
     */
    public static Sam2Video of(Sam2Config config, Weights weights) {
        return new Sam2Video(
                config,
                PromptEncoder.of(config, weights.at("sam_prompt_encoder")),
                MaskDecoder.of(config, weights.at("sam_mask_decoder")),
                weights.get("no_mem_embed", 1, 1, config.hiddenDim()),
                weights);
    }

    /** As {@link #of(Sam2Config, Weights)}, sharing the prompt encoder and the decoder with the image part. */
    public static Sam2Video of(Sam2Image image, Weights weights) {
        return new Sam2Video(image.config(), image.promptEncoder(), image.maskDecoder(), image.noMemEmbed(), weights);
    }

    public Sam2Config config() {
        return config;
    }

    /** A manager on the networks' device for what must outlive a scope; the caller closes it. */
    NDManager newManager() {
        return maskmemTposEnc.getManager().newSubManager();
    }

    /** Prompts and features to masks, pointers and scores. */
    public SamHead head() {
        return head;
    }

    /** What the head sees of an object's first prompted frame, (F, C, h, w): s2 plus {@code no_mem_embed}. */
    public NDArray withoutMemory(FrameFeatures features) {
        return features.s2().add(noMemEmbed.reshape(1, -1, 1, 1));
    }

    /** The part of the memory attention that all objects of a frame share: once a frame. */
    public MemoryAttention.Prepared prepare(FrameFeatures features) {
        return memoryAttention.prepare(features.s2());
    }

    /** What the head sees of a tracked frame, (B, C, h, w). */
    public NDArray withMemory(MemoryAttention.Prepared frame, Memories memories) {
        return memoryAttention.forward(frame, memories);
    }

    /**
     * The tokens of what frames see; every selection is one batch of objects with a common history (one object, or all
     * objects of a training step), and all selections fit each other.
     */
    public Memories memories(List<MemoryBank.Selection> selections) {
        var first = selections.get(0);
        boolean samePlaces = selections.stream()
                .allMatch(s -> s.slots().equals(first.slots()) && s.distances().equals(first.distances()));
        var tokens = new NDList(selections.size());
        var positions = new NDList(selections.size());
        for (var selection : selections) {
            tokens.add(tokens(selection));
            if (positions.isEmpty() || !samePlaces) {
                var position = positions(selection);
                long objects = tokens.get(tokens.size() - 1).getShape().get(0);
                positions.add(samePlaces ? position : Broadcast.rows(position, objects));
            }
        }
        return new Memories(
                tokens.size() == 1 ? tokens.get(0) : NDArrays.concat(tokens),
                positions.size() == 1 ? positions.get(0) : NDArrays.concat(positions),
                (long) first.pointers().size() * pointers.tokensPerPointer());
    }

    /** (B, M, D) */
    private NDArray tokens(MemoryBank.Selection selection) {
        var parts = new NDList();
        selection.spatial().forEach(slot -> parts.add(slot.spatial()));
        if (!selection.pointers().isEmpty()) {
            var stacked = new NDList();
            selection.pointers().forEach(slot -> stacked.add(slot.pointer()));
            parts.add(pointers.tokens(NDArrays.stack(stacked, 1)));
        }
        return NDArrays.concat(parts, 1);
    }

    /** (1, M, D) */
    private NDArray positions(MemoryBank.Selection selection) {
        var bySlot = maskmemTposEnc.hasGradient() ? computeSlotPositions() : slotPositions.get();
        var parts = new NDList();
        for (int slot : selection.slots()) {
            parts.add(bySlot.get(slot + ":" + (slot + 1)));
        }
        if (!selection.pointers().isEmpty()) {
            int[] distances =
                    selection.distances().stream().mapToInt(Integer::intValue).toArray();
            parts.add(pointers.positions(bySlot.getManager(), distances, selection.longestDistance()));
        }
        return NDArrays.concat(parts, 1);
    }

    private NDArray computeSlotPositions() {
        return maskmemTposEnc
                .reshape(config.memoryFrames(), 1, config.memoryDim())
                .add(memoryPosition.get());
    }

    /**
     * The spatial memory of a frame's objects, (B, L, D).
     *
     * @param lowRes (B, 1, S/4, S/4), the objects' logits
     * @param score (B, 1), logits that the objects are in the frame
     * @param binarise whether the mask's sign is enough: on prompted frames, but never in training
     */
    public NDArray encodeMemory(FrameFeatures features, NDArray lowRes, NDArray score, boolean binarise) {
        var values = Scoped.array(() -> {
            var logits = Kernels.bilinear(lowRes, config.imageSize(), config.imageSize());
            var mask = binarise ? logits.gt(0f).toType(DataType.FLOAT32, false) : Activation.sigmoid(logits);
            return mask.mul(Scalar.of(2 * MASK_SCALE)).sub(MASK_SCALE);
        });
        var tokens = memoryEncoder.forward(features.s2(), values);
        if (noObjEmbedSpatial == null) {
            return tokens;
        }
        var isAbsent = score.lte(0f).toType(DataType.FLOAT32, false); // (B, 1)
        return tokens.add(isAbsent.mul(noObjEmbedSpatial).expandDims(1));
    }
}
