package org.sola.evfsam;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import java.util.Optional;
import org.sola.image.RgbImage;
import org.sola.layer.Scoped;
import org.sola.tensor.Kernels;
import org.sola.tensor.Weights;

/** The first SAM: the frame's longer side fills the input; of its masks the single one is taken. */
public final class SamVisualModel implements VisualModel {
    private final EvfSamConfig.Sam config;
    private final SamImageEncoder imageEncoder;
    private final SamMaskDecoder maskDecoder;

    private SamVisualModel(EvfSamConfig.Sam config, SamImageEncoder imageEncoder, SamMaskDecoder maskDecoder) {
        this.config = config;
        this.imageEncoder = imageEncoder;
        this.maskDecoder = maskDecoder;
    }

    /** @param weights below {@code visual_model} */
    static SamVisualModel of(EvfSamConfig.Sam config, Weights weights) {
        return new SamVisualModel(
                config, SamImageEncoder.of(config, weights.at("image_encoder")), SamMaskDecoder.of(config, weights));
    }

    @Override
    public int imageSize() {
        return config.imageSize();
    }

    @Override
    public int maskSize() {
        return config.lowResSize();
    }

    @Override
    public FrameSize size(int height, int width) {
        return FrameSize.of(height, width, config.imageSize());
    }

    @Override
    public NDArray input(RgbImage frame, NDManager manager) {
        return FrameInput.forSam(frame, config.imageSize(), manager);
    }

    @Override
    public NDList embed(NDArray frames) {
        return new NDList(imageEncoder.forward(frames));
    }

    @Override
    public DrawnMask draw(NDList features, NDArray prompts) {
        var decoded = maskDecoder.forward(features.get(0), prompts);
        return new DrawnMask(decoded.masks().get(":, 0:1"), decoded.ious().get(":, 0:1"));
    }

    /** None: of its prompts EVF-SAM loads none. */
    @Override
    public Optional<NDArray> pointPrompts(NDArray points) {
        return Optional.empty();
    }

    @Override
    public NDArray toFrame(NDArray masks, FrameSize size) {
        return toFrame(masks, config.imageSize(), size);
    }

    /**
     * Mask logits in pixels of the frame: what is beside the frame in the input is cut off.
     *
     * @param masks (E, M, m, m)
     * @return (E, M, height, width)
     */
    public static NDArray toFrame(NDArray masks, int imageSize, FrameSize size) {
        return Scoped.array(() -> {
            var whole = Kernels.bilinear(masks, imageSize, imageSize);
            var seen = whole.get(":, :, :" + size.inputHeight() + ", :" + size.inputWidth());
            return Kernels.bilinear(seen, size.height(), size.width());
        });
    }

    @Override
    public boolean isFrozen(String parameter) {
        return parameter.endsWith("positional_encoding_gaussian_matrix");
    }
}
