package org.sola.sam2;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import org.sola.image.RgbImage;
import org.sola.tensor.Kernels;

/** Turns 8-bit images into what the image encoder takes: values in 0..1, ImageNet's mean and deviation removed. */
public final class ImageInput {
    private static final float[] MEAN = {0.485f, 0.456f, 0.406f};
    private static final float[] DEVIATION = {0.229f, 0.224f, 0.225f};

    private ImageInput() {}

    /**
     * The image predictor's way: to {@code size} x {@code size} whatever the aspect, by antialiased bilinear resizing of
     * floats, then normalised.
     *
     * @return (1, 3, size, size), channels last in memory
     */
    public static NDArray resized(NDManager manager, RgbImage image, int size) {
        if (image.height() == size && image.width() == size) {
            return normalised(manager, image);
        }
        byte[] rgb = image.rgb();
        int pixels = image.height() * image.width();
        var values = new float[pixels * 3];
        for (int channel = 0; channel < 3; channel++) {
            for (int i = 0; i < pixels; i++) {
                values[channel * pixels + i] = (rgb[3 * i + channel] & 0xFF) / 255f;
            }
        }
        try (var planes = manager.create(values, new Shape(1, 3, image.height(), image.width()));
                var resized = Kernels.bilinearAntialiased(planes, size, size);
                var mean = manager.create(MEAN, new Shape(1, 3, 1, 1));
                var deviation = manager.create(DEVIATION, new Shape(1, 3, 1, 1));
                var centred = resized.sub(mean)) {
            return centred.div(deviation);
        }
    }

    /**
     * An image that already has the network's size, normalised.
     *
     * @return (1, 3, H, W), channels last in memory, which is how the encoder's first convolution likes it
     */
    public static NDArray normalised(NDManager manager, RgbImage image) {
        byte[] rgb = image.rgb();
        var values = new float[rgb.length];
        for (int i = 0; i < values.length; i++) {
            int channel = i % 3;
            values[i] = ((rgb[i] & 0xFF) / 255f - MEAN[channel]) / DEVIATION[channel];
        }
        try (var rows = manager.create(values, new Shape(1, image.height(), image.width(), 3))) {
            return rows.transpose(0, 3, 1, 2);
        }
    }
}
