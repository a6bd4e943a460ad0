package org.sola.findtrack;

import org.sola.mask.Rle;

/**
 * What an expression means on one frame, and how sure that is.
 *
 * @param frame index of the frame
 * @param mask at the video's size; may be empty
 * @param confidence the segmenter's own estimate of the mask's quality, unbounded
 * @param alignment cosine of the masked frame and the expression, -1..1; 0 where it was not asked for
 */
public record Candidate(int frame, Rle mask, float confidence, float alignment) {
    public boolean isEmpty() {
        return mask.areaPixels() == 0;
    }
}
