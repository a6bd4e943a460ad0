package org.sola.sam2;

import ai.djl.ndarray.NDArray;
import org.sola.tensor.Weights;

/** Frames to features: the {@link Hiera} trunk, then the feature pyramid with the decoder's narrowing convolutions. */
public final class ImageEncoder {
    private final Hiera trunk;
    private final FpnNeck neck;

    private ImageEncoder(Hiera trunk, FpnNeck neck) {
        this.trunk = trunk;
        this.neck = neck;
    }

    /**
     * @param weights a whole checkpoint: {@code image_encoder} and, below {@code sam_mask_decoder}, the convolutions
     *     {@code conv_s0} and {@code conv_s1}, which depend on the frame only
     */
    public static ImageEncoder of(Sam2Config config, Weights weights) {
        var encoder = weights.at("image_encoder");
        return new ImageEncoder(
                Hiera.of(config, encoder.at("trunk")),
                FpnNeck.of(config, encoder.at("neck"), weights.at("sam_mask_decoder")));
    }

    /** @param images (B, 3, S, S), normalised by {@link ImageInput}'s mean and deviation */
    public FrameFeatures forward(NDArray images) {
        var stages = trunk.forward(images);
        var features = neck.forward(stages);
        stages.forEach(NDArray::close);
        return features;
    }

    public Hiera trunk() {
        return trunk;
    }

    /** The rest after {@link Hiera#forward}. */
    public FrameFeatures neck(java.util.List<NDArray> stages) {
        return neck.forward(stages);
    }
}
