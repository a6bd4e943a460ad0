package org.sola.evfsam;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import org.sola.image.Filter;
import org.sola.image.Normalisation;
import org.sola.image.Resize;
import org.sola.image.RgbImage;
import org.sola.tensor.EngineMemory;

/** A frame as each of the two networks wants it. */
public final class FrameInput {
    /** SAM's statistics, of 8-bit values. */
    private static final float[] MEAN = {123.675f, 116.28f, 103.53f};

    private static final float[] DEVIATION = {58.395f, 57.12f, 57.375f};

    private static final Normalisation TO_ONE =
            Normalisation.of(new float[] {0.5f, 0.5f, 0.5f}, new float[] {0.5f, 0.5f, 0.5f});

    private FrameInput() {}

    /** For SAM, (1, 3, S, S): its longer side fills the input, what is left is zero after normalising. */
    public static NDArray forSam(RgbImage frame, int imageSize, NDManager manager) {
        return EngineMemory.of(manager, samPlanes(frame, imageSize), new Shape(1, 3, imageSize, imageSize));
    }

    /** For the fusion, (1, 3, s, s), about -1..1: squashed to a square; the cubic filter may overshoot. */
    public static NDArray forFusion(RgbImage frame, int imageSize, NDManager manager) {
        return EngineMemory.of(manager, fusionPlanes(frame, imageSize), new Shape(1, 3, imageSize, imageSize));
    }

    /** The numbers of {@link #forSam}. */
    public static float[] samPlanes(RgbImage frame, int imageSize) {
        var size = FrameSize.of(frame.height(), frame.width(), imageSize);
        var shown = Resize.image(frame, size.inputHeight(), size.inputWidth(), Filter.BILINEAR_ANTIALIASED);
        var planes = new float[3 * imageSize * imageSize];
        for (int channel = 0; channel < 3; channel++) {
            var normal = new float[256]; // of each 8-bit value
            for (int value = 0; value < normal.length; value++) {
                normal[value] = (value - MEAN[channel]) / DEVIATION[channel];
            }
            for (int y = 0; y < shown.height(); y++) {
                int to = (channel * imageSize + y) * imageSize;
                for (int x = 0; x < shown.width(); x++) {
                    planes[to + x] = normal[shown.get(y, x, channel)];
                }
            }
        }
        return planes;
    }

    /** The numbers of {@link #forFusion}. */
    public static float[] fusionPlanes(RgbImage frame, int imageSize) {
        var resized = Resize.planes(
                Normalisation.unitPlanes(frame),
                3,
                frame.height(),
                frame.width(),
                imageSize,
                imageSize,
                Filter.BICUBIC_ANTIALIASED);
        return TO_ONE.applyInPlace(resized);
    }
}
