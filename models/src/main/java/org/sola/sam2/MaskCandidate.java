package org.sola.sam2;

import java.util.Optional;
import org.sola.mask.Box;
import org.sola.mask.Mask;

/** What a map of logits says when it is cut: how stable the cut is, and the mask. */
public final class MaskCandidate {
    private MaskCandidate() {}

    /**
     * Pixels above {@code threshold + offset} over pixels above {@code threshold - offset}: the IoU of the two cuts, as
     * one lies inside the other. NaN if there are none.
     *
     * @param logits maps of {@code pixels} values each
     * @param map which of them
     */
    public static float stability(float[] logits, int map, int pixels, float threshold, float offset) {
        float high = threshold + offset;
        float low = threshold - offset;
        int above = 0;
        int within = 0;
        for (int i = map * pixels; i < (map + 1) * pixels; i++) {
            above += logits[i] > high ? 1 : 0;
            within += logits[i] > low ? 1 : 0;
        }
        return (float) above / within;
    }

    /** The pixels of a map above the threshold. */
    public static Mask mask(float[] logits, int map, int height, int width, float threshold) {
        int first = map * height * width;
        return Mask.of(height, width, (y, x) -> logits[first + y * width + x] > threshold);
    }

    /** Left, top, right and bottom, the last pixels included; all 0 for an empty mask. */
    public static int[] inclusiveBox(Mask mask) {
        Optional<Box> box = mask.boundingBox();
        return box.map(b -> new int[] {b.x0(), b.y0(), b.x1() - 1, b.y1() - 1}).orElse(new int[4]);
    }

    /** The mask of a crop, in an image of this size. */
    static Mask uncrop(Mask mask, Box crop, int height, int width) {
        if (mask.height() == height && mask.width() == width) {
            return mask;
        }
        return Mask.of(
                height,
                width,
                (y, x) -> y >= crop.y0()
                        && y < crop.y1()
                        && x >= crop.x0()
                        && x < crop.x1()
                        && mask.get(y - crop.y0(), x - crop.x0()));
    }
}
