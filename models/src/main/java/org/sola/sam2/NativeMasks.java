package org.sola.sam2;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.NDScope;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.util.ArrayList;
import java.util.List;
import org.sola.mask.ConnectedComponents;
import org.sola.mask.Mask;
import org.sola.tensor.Kernels;

/** Low-resolution logits to masks at the video's own size, and the clean-up that the official predictor offers. */
public final class NativeMasks {
    /** Where several objects claim a pixel, all but the strongest get this logit at most. */
    private static final float SUPPRESSED = -10f;

    private static final float FILLED = 0.1f;

    private NativeMasks() {}

    /**
     * Bilinear to H x W.
     *
     * @param lowRes (N, 1, h, w), logits of the objects of one frame
     * @param nonOverlapping whether only the strongest object keeps a pixel
     * @return (N, 1, H, W)
     */
    public static NDArray logits(NDArray lowRes, int height, int width, boolean nonOverlapping) {
        var logits = Kernels.bilinear(lowRes, height, width);
        long objects = lowRes.getShape().get(0);
        if (!nonOverlapping || objects == 1) {
            return logits;
        }
        var strongest = logits.argMax(0).expandDims(0); // (1, 1, H, W)
        var own = logits.getManager()
                .arange((int) objects)
                .toType(DataType.INT64, false)
                .reshape(-1, 1, 1, 1);
        var keeps = strongest.eq(own).toType(DataType.FLOAT32, false);
        var suppressed = logits.minimum(SUPPRESSED);
        return logits.mul(keeps).add(suppressed.mul(keeps.neg().add(1)));
    }

    /** The masks of one frame's objects at H x W: logits above 0. */
    public static List<Mask> of(
            NDManager manager, List<ObjectFrame> objects, int height, int width, boolean nonOverlapping) {
        var masks = new ArrayList<Mask>(objects.size());
        int batch = nonOverlapping ? Math.max(1, objects.size()) : 1;
        for (int start = 0; start < objects.size(); start += batch) {
            var part = objects.subList(start, Math.min(objects.size(), start + batch));
            try (var scope = new NDScope()) {
                scope.suppressNotUsedWarning();
                var set = logits(stack(manager, part), height, width, nonOverlapping)
                        .gt(0f);
                byte[] bytes = set.toType(DataType.INT8, false).toByteArray();
                int pixels = height * width;
                for (int i = 0; i < part.size(); i++) {
                    int offset = i * pixels;
                    masks.add(Mask.of(height, width, (y, x) -> bytes[offset + y * width + x] != 0));
                }
            }
        }
        return masks;
    }

    /** The objects' low-resolution logits, (N, 1, h, w). */
    static NDArray stack(NDManager manager, List<ObjectFrame> objects) {
        int side = objects.get(0).side();
        var values = new float[objects.size() * side * side];
        for (int i = 0; i < objects.size(); i++) {
            System.arraycopy(objects.get(i).logits(), 0, values, i * side * side, side * side);
        }
        return manager.create(values, new Shape(objects.size(), 1, side, side));
    }

    /**
     * Gives the 8-connected background areas (logits up to 0) of at most {@code pixels} a small positive logit.
     *
     * @param logits a row-major map, left as it is
     */
    public static float[] fillHoles(float[] logits, int height, int width, int pixels) {
        if (pixels == 0) {
            return logits;
        }
        var parts = ConnectedComponents.of(Mask.of(height, width, (y, x) -> logits[y * width + x] <= 0));
        var holes = parts.mask(part -> parts.areaPixels(part) <= pixels);
        var filled = logits.clone();
        for (int i = 0; i < filled.length; i++) {
            if (holes.get(i / width, i % width)) {
                filled[i] = FILLED;
            }
        }
        return filled;
    }
}
