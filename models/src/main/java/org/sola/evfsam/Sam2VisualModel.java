package org.sola.evfsam;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.Optional;
import org.sola.image.RgbImage;
import org.sola.sam2.FrameFeatures;
import org.sola.sam2.ImageInput;
import org.sola.sam2.PromptEncoder;
import org.sola.sam2.Sam2Image;
import org.sola.tensor.Kernels;
import org.sola.tensor.Weights;

/**
 * SAM 2 on a frame without memory (EVF-SAM 2, {@code model/evf_sam2.py}): the frame is squashed to the square input. Its
 * image encoder is taken as it was trained; only the mask decoder learns what prompts of expressions look like.
 */
final class Sam2VisualModel implements VisualModel {
    private final EvfSamConfig.Sam2 config;
    private final Sam2Image network;

    private Sam2VisualModel(EvfSamConfig.Sam2 config, Sam2Image network) {
        this.config = config;
        this.network = network;
    }

    /** @param weights below {@code visual_model} */
    static Sam2VisualModel of(EvfSamConfig.Sam2 config, Weights weights) {
        return new Sam2VisualModel(config, Sam2Image.of(config.network(), weights));
    }

    @Override
    public int imageSize() {
        return config.network().imageSize();
    }

    @Override
    public int maskSize() {
        return config.network().lowResSize();
    }

    @Override
    public FrameSize size(int height, int width) {
        return new FrameSize(height, width, imageSize(), imageSize());
    }

    @Override
    public NDArray input(RgbImage frame, NDManager manager) {
        return ImageInput.resized(manager, frame, imageSize());
    }

    @Override
    public NDList embed(NDArray frames) {
        var features = network.imageEncoder().forward(frames);
        return new NDList(features.s0(), features.s1(), features.s2());
    }

    /** The single mask, or the best of three by their predicted IoU. */
    @Override
    public DrawnMask draw(NDList features, NDArray prompts) {
        var frames = new FrameFeatures(features.get(0), features.get(1), features.get(2));
        var decoded = network.decode(frames, prompts, network.promptEncoder().noMask());
        var choice = network.maskDecoder().choose(decoded, config.multimask());
        if (!config.multimask()) {
            return new DrawnMask(choice.masks(), choice.ious());
        }
        var shape = choice.masks().getShape();
        var best = choice.ious().argMax(1).reshape(-1, 1, 1, 1).broadcast(shape.get(0), 1, shape.get(2), shape.get(3));
        return new DrawnMask(choice.masks().gather(best, 1), choice.ious().max(new int[] {1}, true));
    }

    @Override
    public Optional<NDArray> pointPrompts(NDArray points) {
        var manager = points.getManager();
        var labels = manager.full(new Shape(points.getShape().get(0), 1), PromptEncoder.OBJECT);
        return Optional.of(network.promptEncoder().points(points, labels).get(":, 0:1"));
    }

    @Override
    public NDArray toFrame(NDArray masks, FrameSize size) {
        return Kernels.bilinear(masks, size.height(), size.width());
    }

    @Override
    public boolean isFrozen(String parameter) {
        return !parameter.startsWith("sam_mask_decoder.") || parameter.startsWith("sam_mask_decoder.conv_s");
    }
}
