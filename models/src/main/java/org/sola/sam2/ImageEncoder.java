package org.sola.sam2;

import ai.djl.ndarray.NDArray;
import org.sola.tensor.Weights;

/** Frames to features: the {@link Hiera} trunk, then the feature pyramid with the decoder's narrowing convolutions. */
public final class ImageEncoder {
    private final Hiera trunk;
    private final FpnNeck neck;
    private final int side;

    private ImageEncoder(Hiera trunk, FpnNeck neck, int side) {
        this.trunk = trunk;
        this.neck = neck;
        this.side = side;
    }

    /**
     * @param weights a whole checkpoint: {@code image_encoder} and, below {@code sam_mask_decoder}, the convolutions
     *     {@code conv_s0} and {@code conv_s1}, which depend on the frame only
     */
    public static ImageEncoder of(Sam2Config config, Weights weights) {
        var encoder = weights.at("image_encoder");
        return new ImageEncoder(
                Hiera.of(config, encoder.at("trunk")),
                FpnNeck.of(config, encoder.at("neck"), weights.at("sam_mask_decoder")),
                config.imageSize());
    }

    /**
     * @param images (B, 3, S, S), normalised by {@link ImageInput}'s mean and deviation
     * @throws IllegalArgumentException if they have another shape, or a pixel is no number
     */
    public FrameFeatures forward(NDArray images) {
        check(images);
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

    /** One wrong pixel would spoil the whole image's features, and masks of NaN look like empty ones. */
    private void check(NDArray images) {
        var shape = images.getShape();
        if (shape.dimension() != 4 || shape.get(1) != 3 || shape.get(2) != side || shape.get(3) != side) {
            throw new IllegalArgumentException("images have shape " + shape + ", the network reads (batch, 3, " + side
                    + ", " + side + "); resize them by ImageInput");
        }
        try (var sum = images.sum()) {
            if (!Float.isFinite(sum.getFloat())) {
                throw new IllegalArgumentException(
                        "the image of shape " + shape + " has pixels that are NaN or infinite");
            }
        }
    }
}
