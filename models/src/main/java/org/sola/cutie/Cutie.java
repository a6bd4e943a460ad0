package org.sola.cutie;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Activation;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.sola.layer.Broadcast;
import org.sola.layer.Observer;
import org.sola.layer.Scoped;
import org.sola.tensor.EngineMemory;
import org.sola.tensor.Kernels;
import org.sola.tensor.Weights;

/**
 * Cutie (Cheng et al., CVPR 2024): its networks as the steps that propagation and training are made of. Reading from the
 * memory, which has no parameters, is {@link CutieSession}'s
 * part; training reads without top-k by {@link #readAll}.
 *
 * <p>B frames (1, or 2 with the mirrored one), K objects of a frame, N = B K with a frame's objects side by side; H x W
 * pixels, multiples of 16; h = H/16, w = W/16; E embedding width.
 */
public final class Cutie {
    /** Pixels to a side of a place in the memory. */
    public static final int STRIDE = 16;

    private static final float[] MEAN = {0.485f, 0.456f, 0.406f};
    private static final float[] DEVIATION = {0.229f, 0.224f, 0.225f};

    private final CutieConfig config;
    private final ResNet pixelEncoder;
    private final Convolution pixFeatProj;
    private final KeyProjection keyProj;
    private final MaskEncoder maskEncoder;
    private final PixelFuser pixelFuser;
    private final ObjectTransformer objectTransformer;
    private final ObjectSummarizer objectSummarizer;
    private final MaskDecoder maskDecoder;
    private final NDManager manager;

    private Cutie(CutieConfig config, Weights weights) {
        this.config = config;
        pixelEncoder =
                ResNet.of(config.pixelEncoder(), weights.at("pixel_encoder"), 3, List.of("res2", "layer2", "layer3"));
        pixFeatProj = Convolution.of(
                weights.at("pix_feat_proj"), config.pixelEncoder().dim(2), config.pixelDim(), 1);
        keyProj = KeyProjection.of(config, weights.at("key_proj"));
        maskEncoder = MaskEncoder.of(config, weights.at("mask_encoder"));
        pixelFuser = PixelFuser.of(config, weights.at("pixel_fuser"));
        maskDecoder = MaskDecoder.of(config, weights.at("mask_decoder"));
        manager = weights.get("pix_feat_proj.bias", config.pixelDim()).getManager();
        var position =
                new SpatialPosition(manager, config.embedDim(), config.positionScale(), config.positionTemperature());
        objectTransformer = ObjectTransformer.of(config, weights.at("object_transformer"), position);
        objectSummarizer = ObjectSummarizer.of(config, weights.at("object_summarizer"), position);
    }

    /** @param weights a whole checkpoint under the official names; say {@link #ignores} to those it may have besides */
    public static Cutie of(CutieConfig config, Weights weights) {
        return new Cutie(config, weights);
    }

    /**
     * Reads a network from the files that users have.
     *
     * @param configuration one of those below {@code configs/models/}
     * @param checkpoint {@code .pth} or {@code .safetensors}; what it lacks or has too much is an error that names it
     * @param manager whom the weights belong to, and whose device they live on
     */
    public static Cutie open(Path configuration, Path checkpoint, NDManager manager) throws IOException {
        var weights = Weights.open(checkpoint, manager);
        var cutie = of(CutieConfig.read(configuration), weights);
        weights.requireAllUsed(Cutie::ignores);
        return cutie;
    }

    /** Whether an official parameter has no part in propagation: training's own head, counters, tables. */
    public static boolean ignores(String parameter) {
        return parameter.startsWith("aux_computer.")
                || parameter.endsWith(".num_batches_tracked")
                || parameter.endsWith(".inv_freq");
    }

    public CutieConfig config() {
        return config;
    }

    /** Follows objects through one video: a session a video, with frames of this size. */
    public CutieSession open(CutieSettings settings, int height, int width) {
        return new CutieSession(this, settings, FrameSize.of(height, width, settings));
    }

    /** A manager on the networks' device for what must outlive a scope; the caller closes it. */
    public NDManager newManager() {
        return manager.newSubManager();
    }

    /** The pixel encoder's stages of stride 4, 8 and 16 for normalised images (B, 3, H, W). */
    public List<NDArray> stages(NDArray normalised) {
        return pixelEncoder.forward(normalised);
    }

    /** All that a frame has before any object: images (B, 3, H, W) of 0..1. */
    public CutieFeatures encode(NDArray images) {
        return encodeNormalised(
                Scoped.array(() -> images.sub(EngineMemory.of(images.getManager(), MEAN, new Shape(1, 3, 1, 1)))
                        .div(EngineMemory.of(images.getManager(), DEVIATION, new Shape(1, 3, 1, 1)))));
    }

    /** The same of images whose channels have mean 0 and deviation 1 over ImageNet. */
    public CutieFeatures encodeNormalised(NDArray images) {
        var normalised = Scoped.array(() -> Convolution.channelsLast(images));
        var rest = Scoped.list(() -> {
            var stages = stages(normalised);
            var keys = keyProj.forward(stages.get(2));
            return new NDList(
                    pixFeatProj.forward(stages.get(2)),
                    keys.key(),
                    keys.shrinkage(),
                    keys.selection(),
                    maskDecoder.shared8(stages.get(1)),
                    maskDecoder.shared4(stages.get(0)));
        });
        return new CutieFeatures(
                normalised, rest.get(0), rest.get(1), rest.get(2), rest.get(3), rest.get(4), rest.get(5));
    }

    /**
     * What masks leave behind, value by value.
     *
     * @param masks (B, K, H, W), shares of 0..1
     * @return (N, valueDim, h, w)
     */
    public NDArray encodeMasks(CutieFeatures frame, NDArray masks) {
        return maskEncoder.forward(frame.image(), frame.pixFeat(), masks);
    }

    /** The sensory memory (N, S, h, w) after these values were memorised. */
    public NDArray updateSensory(NDArray values, NDArray sensory) {
        return maskEncoder.updateSensory(values, sensory);
    }

    /**
     * Objects as a whole: to be added up over the frames that are memorised.
     *
     * @param masks (B, K, H, W)
     * @param values {@link #encodeMasks}
     * @return (N, Q, E + 1)
     */
    public NDArray summarise(NDArray masks, NDArray values) {
        return objectSummarizer.forward(
                atStride16(masks)
                        .reshape(-1, values.getShape().get(2), values.getShape().get(3)),
                values);
    }

    /** Area means at stride 16: (B, K, H, W) to (B, K, h, w). */
    public static NDArray atStride16(NDArray masks) {
        return Aggregate.shrink(masks, STRIDE);
    }

    /**
     * What all of the memory says to a frame's places, weighed by a softmax without top-k: training's way.
     *
     * @param memoryKey (B, C, T h, w), keys of T memorised frames
     * @param memoryShrinkage (B, 1, T h, w)
     * @param memoryValues (N, valueDim, T h, w)
     * @return (N, valueDim, h, w)
     */
    public NDArray readAll(CutieFeatures frame, NDArray memoryKey, NDArray memoryShrinkage, NDArray memoryValues) {
        var shares = similarity(frame, memoryKey, memoryShrinkage).softmax(2); // (B, L, M)
        var values = Convolution.rows(memoryValues); // (N, M, V)
        var read = Broadcast.rows(shares, values.getShape().get(0)).batchMatMul(values);
        return Convolution.map(read, frame.height(), frame.width());
    }

    /** The same from the {@code topK} most similar places only, for values (B, V, T h, w) that the batch rows have. */
    public NDArray readBest(
            CutieFeatures frame, NDArray memoryKey, NDArray memoryShrinkage, NDArray memoryValues, int topK) {
        var read = MemoryReading.read(
                query(frame), memory(memoryKey, memoryShrinkage), Convolution.rows(memoryValues), topK, false);
        return Convolution.map(read.values(), frame.height(), frame.width());
    }

    /** How alike a frame's L = h w places and M memorised ones are, (B, L, M); a softmax makes shares of it. */
    public NDArray similarity(CutieFeatures frame, NDArray memoryKey, NDArray memoryShrinkage) {
        return Similarity.of(query(frame), memory(memoryKey, memoryShrinkage));
    }

    static NDArray query(CutieFeatures frame) {
        return Similarity.query(Convolution.rows(frame.key()), Convolution.rows(frame.selection()));
    }

    private static NDArray memory(NDArray key, NDArray shrinkage) {
        return Similarity.memory(Convolution.rows(key), Convolution.rows(shrinkage));
    }

    /**
     * Adds to what was read pixel by pixel what the objects last did.
     *
     * @param readout (N, valueDim, h, w)
     * @param sensory (N, S, h, w)
     * @param lastMask (B, K, h, w), see {@link #atStride16}
     * @return (N, E, h, w)
     */
    public NDArray fuse(CutieFeatures frame, NDArray readout, NDArray sensory, NDArray lastMask) {
        return pixelFuser.forward(frame.pixFeat(), readout, sensory, lastMask);
    }

    /** Refines {@link #fuse} by the objects' summaries (N, Q, E + 1); K objects compete for a frame's pixels. */
    public NDArray transform(NDArray fused, NDArray summaries, long objects, Observer observer) {
        return objectTransformer.forward(fused, summaries, objects, observer);
    }

    /** The masks that pixels (N, E, h, w) say before block {@code i}, or after the last block: (B, K, h, w) logits. */
    public NDArray auxiliaryLogits(int i, NDArray pixel, long objects) {
        return objectTransformer.maskLogits(i, pixel, objects);
    }

    /** {@link #transform}'s result as masks: logits (N, 1, H/4, W/4) and what {@link #feelDrawn} takes. */
    public DrawnMasks draw(CutieFeatures frame, NDArray transformed) {
        return maskDecoder.forward(transformed, frame.shared8(), frame.shared4());
    }

    /** The sensory memory (N, S, h, w) after a frame was drawn. */
    public NDArray feelDrawn(NDArray transformed, DrawnMasks drawn, NDArray sensory) {
        return maskDecoder.updateSensory(transformed, drawn, sensory);
    }

    /**
     * Logits of each object to logits of all at the frame's size.
     *
     * @param logits (N, 1, H/4, W/4)
     * @return (B, 1 + K, H, W), background first; softmax makes shares of it
     */
    public NDArray compete(NDArray logits, long objects) {
        return Scoped.array(() -> {
            var shape = logits.getShape();
            var shares =
                    Activation.sigmoid(logits).reshape(shape.get(0) / objects, objects, shape.get(2), shape.get(3));
            return Kernels.bilinear(Aggregate.logits(shares), shape.get(2) * 4, shape.get(3) * 4);
        });
    }

    /** Masks given for a frame as shares of background and objects: (B, K, H, W) of 0..1 to (B, 1 + K, H, W). */
    public static NDArray shares(NDArray masks) {
        return Aggregate.logits(masks).softmax(1);
    }
}
