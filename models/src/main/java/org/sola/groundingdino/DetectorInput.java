package org.sola.groundingdino;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import org.sola.image.Filter;
import org.sola.image.Normalisation;
import org.sola.image.Resize;
import org.sola.image.RgbImage;
import org.sola.tensor.EngineMemory;

/** Turns 8-bit images into what the network takes: the short side 800 pixels, the long one at most 1333. */
final class DetectorInput {
    private static final int SHORT_SIDE = 800;
    private static final int LONG_SIDE = 1333;

    private DetectorInput() {}

    /** Height and width that the official code brings an image to. */
    static Levels.Size size(int height, int width) {
        double shorter = Math.min(height, width);
        double longer = Math.max(height, width);
        int side = longer / shorter * SHORT_SIDE > LONG_SIDE
                ? (int) Math.max(1, Math.rint(LONG_SIDE * shorter / longer)) // half to even, as Python rounds
                : SHORT_SIDE;
        if (width < height) {
            return new Levels.Size((int) ((double) side * height / width), side);
        }
        return new Levels.Size(side, (int) ((double) side * width / height));
    }

    /** (1, 3, H, W): resized as Pillow does, ImageNet's mean and deviation removed; no padding. */
    static NDArray of(NDManager manager, RgbImage image) {
        var size = size(image.height(), image.width());
        var resized = size.height() == image.height() && size.width() == image.width()
                ? image
                : Resize.image(image, size.height(), size.width(), Filter.BILINEAR_ANTIALIASED);
        return EngineMemory.of(
                manager, Normalisation.IMAGENET.apply(resized), new Shape(1, 3, size.height(), size.width()));
    }
}
