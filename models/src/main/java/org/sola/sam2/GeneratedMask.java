package org.sola.sam2;

import org.sola.mask.Box;
import org.sola.mask.Rle;

/**
 * A mask that the automatic mask generator found.
 *
 * @param rle the mask at the image's size
 * @param box the pixels around it
 * @param predictedIou the model's own judgement, 0..1
 * @param stability how little the mask changes with the threshold, 0..1
 * @param pointX the prompt's column in pixels
 * @param pointY its row
 * @param crop the part of the image it was found in
 */
public record GeneratedMask(
        Rle rle, Box box, float predictedIou, float stability, float pointX, float pointY, Box crop) {
    /** Number of its pixels. */
    public long areaPixels() {
        return rle.areaPixels();
    }
}
