package org.sola.precompute;

import java.util.List;
import org.sola.image.RgbImage;

/**
 * Finds boxes in a frame that are worth a track: the place where an open-vocabulary detector plugs in.
 *
 * <p>It is called once for every prompt frame, in order, while the frame's features are at hand. Boxes found for one
 * expression become tracks of that expression only; boxes with an empty expression serve all of them.
 */
@FunctionalInterface
public interface BoxPrompter {
    /**
     * @param frame index of the frame
     * @param image the frame at the video's size
     */
    List<DetectedBox> boxes(int frame, RgbImage image);

    /**
     * A box around something in a frame, in pixels of the video, x before y, corners.
     *
     * @param left x of the left edge
     * @param top y of the upper edge
     * @param right x of the right edge
     * @param bottom y of the lower edge
     * @param score the detector's confidence, 0..1
     * @param phrase the words the box was found for, or empty
     * @param expression id of the expression it was found for, or empty when it serves every expression
     */
    record DetectedBox(
            float left, float top, float right, float bottom, double score, String phrase, String expression) {
        public DetectedBox {
            if (!(right > left && bottom > top)) {
                throw new IllegalArgumentException("a box needs left < right and top < bottom, not (" + left + ", "
                        + top + ", " + right + ", " + bottom + ")");
            }
        }
    }
}
