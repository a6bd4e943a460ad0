package org.sola.precompute;

import java.util.List;
import org.sola.image.RgbImage;
import org.sola.sam2.FrameFeatures;

/**
 * Finds boxes in a video's frames that are worth a track: the place where a detector plugs in. A detector with an image
 * encoder of its own looks at the frames as they pass; one that reads SAM 2's features asks for them later, so that a
 * frame is still encoded once.
 *
 * <p>Both are called for every prompt frame, in order. Boxes found for one expression become tracks of that expression
 * only; boxes with an empty expression serve all of them.
 */
public interface BoxPrompter {
    /**
     * Boxes that the picture gives.
     *
     * @param frame index of the frame
     * @param image the frame at the video's size
     */
    default List<DetectedBox> inImage(int frame, RgbImage image) {
        return List.of();
    }

    /**
     * Boxes that the encoded frame gives.
     *
     * @param frame index of the frame
     * @param features of that frame, valid during the call
     * @param height of the video
     * @param width of the video
     */
    default List<DetectedBox> inFeatures(int frame, FrameFeatures features, int height, int width) {
        return List.of();
    }

    /**
     * The video is over: the place to refuse what did not fit it.
     *
     * @param frames number of frames that there were
     */
    default void finished(int frames) {}

    /**
     * A box around something in a frame, in pixels of the video, x before y, corners; it may reach beyond the frame.
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
            if (!(right > left && bottom > top && Float.isFinite(right - left) && Float.isFinite(bottom - top))) {
                throw new IllegalArgumentException("a box needs left < right and top < bottom, not (" + left + ", "
                        + top + ", " + right + ", " + bottom + ")");
            }
        }
    }
}
