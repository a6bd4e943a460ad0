package org.sola.alphaclip;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import org.sola.image.Filter;
import org.sola.image.Normalisation;
import org.sola.image.Resize;
import org.sola.image.RgbImage;
import org.sola.mask.Mask;
import org.sola.tensor.EngineMemory;

/** Images and masks to what an Alpha-CLIP reads. */
public final class AlphaInput {
    private static final Normalisation CLIP = Normalisation.of(
            new float[] {0.48145466f, 0.4578275f, 0.40821073f}, new float[] {0.26862954f, 0.26130258f, 0.27577711f});
    private static final float ALPHA_MEAN = 0.5f;
    private static final float ALPHA_DEVIATION = 0.26f;

    private AlphaInput() {}

    /** An image of any size, normalised: (1, 3, S, S). */
    public static NDArray image(NDManager manager, RgbImage image, AlphaClipConfig.Vision config) {
        int size = config.imageSize();
        var square =
                switch (config.fit()) {
                    case SQUASH -> Resize.image(image, size, size, Filter.BICUBIC_ANTIALIASED);
                    case CENTRE_CROP -> centre(shorterSideResized(image, size), size);
                };
        return EngineMemory.of(manager, CLIP.apply(square), new Shape(1, 3, size, size));
    }

    /** As torchvision's {@code Resize} of one number: the longer side is cut to whole pixels. */
    private static RgbImage shorterSideResized(RgbImage image, int size) {
        int shorter = Math.min(image.height(), image.width());
        int height = (int) ((long) size * image.height() / shorter);
        int width = (int) ((long) size * image.width() / shorter);
        return Resize.image(image, height, width, Filter.BICUBIC_ANTIALIASED);
    }

    /** As torchvision's {@code CenterCrop}: half pixels are rounded to even. */
    private static RgbImage centre(RgbImage image, int size) {
        int top = (int) Math.rint((image.height() - size) / 2.0);
        int left = (int) Math.rint((image.width() - size) / 2.0);
        var rgb = new byte[size * size * 3];
        for (int y = 0; y < size; y++) {
            int from = ((top + y) * image.width() + left) * 3;
            System.arraycopy(image.rgb(), from, rgb, y * size * 3, size * 3);
        }
        return new RgbImage(size, size, rgb);
    }

    /** A mask of any size over the whole image, squashed and brought to the values that the stem reads: (1, 1, S, S). */
    public static NDArray alpha(NDManager manager, Mask mask, AlphaClipConfig.Vision config) {
        int size = config.imageSize();
        return EngineMemory.of(manager, alpha(mask, size), new Shape(1, 1, size, size));
    }

    /** The values of {@link #alpha(NDManager, Mask, AlphaClipConfig.Vision)}, row by row. */
    public static float[] alpha(Mask mask, int size) {
        var plane = new float[mask.height() * mask.width()];
        for (int y = 0; y < mask.height(); y++) {
            for (int x = 0; x < mask.width(); x++) {
                plane[y * mask.width() + x] = mask.get(y, x) ? 1 : 0;
            }
        }
        var squashed = Resize.planes(plane, 1, mask.height(), mask.width(), size, size, Filter.BILINEAR_ANTIALIASED);
        var values = new float[squashed.length];
        for (int i = 0; i < values.length; i++) {
            values[i] = (squashed[i] - ALPHA_MEAN) / ALPHA_DEVIATION;
        }
        return values;
    }
}
