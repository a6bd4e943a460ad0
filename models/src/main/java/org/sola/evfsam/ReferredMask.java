package org.sola.evfsam;

import org.sola.mask.Mask;

/**
 * What an expression means in a frame.
 *
 * @param height of the frame
 * @param width of the frame
 * @param logits row by row; above 0 is meant
 * @param confidence the mask's predicted IoU as the network says it, about 0..1 but not held there
 */
@SuppressWarnings("ArrayRecordComponent")
public record ReferredMask(int height, int width, float[] logits, float confidence) {
    public ReferredMask {
        if (logits.length != Math.multiplyExact(height, width)) {
            throw new IllegalArgumentException(
                    logits.length + " logits for a frame of " + height + "x" + width + " pixels");
        }
    }

    /** The pixels whose logit is above 0. */
    public Mask mask() {
        return Mask.ofLogits(height, width, logits, 0);
    }
}
