package org.sola.sam2;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.nio.ByteBuffer;
import org.sola.image.RgbImage;
import org.sola.layer.Scoped;
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
        return Scoped.array(() -> {
            var planes = Kernels.contiguous(unit(manager, image));
            return normalise(Kernels.bilinearAntialiased(planes, size, size));
        });
    }

    /**
     * An image that already has the network's size, normalised.
     *
     * @return (1, 3, H, W), channels last in memory, which is how the encoder's first convolution likes it
     */
    public static NDArray normalised(NDManager manager, RgbImage image) {
        return Scoped.array(() -> normalise(unit(manager, image)));
    }

    /** (1, 3, H, W) in 0..1. */
    private static NDArray unit(NDManager manager, RgbImage image) {
        var rows = manager.create(
                ByteBuffer.wrap(image.rgb()), new Shape(1, image.height(), image.width(), 3), DataType.UINT8);
        return rows.toType(DataType.FLOAT32, false).transpose(0, 3, 1, 2).div(255f);
    }

    private static NDArray normalise(NDArray unit) {
        var manager = unit.getManager();
        var mean = manager.create(MEAN, new Shape(1, 3, 1, 1));
        var deviation = manager.create(DEVIATION, new Shape(1, 3, 1, 1));
        return unit.sub(mean).div(deviation);
    }
}
