package org.sola.sam2;

/**
 * What is known of one object on one frame. The arrays are the record's own; do not change them.
 *
 * @param objectId the caller's name of the object
 * @param frame index of the frame
 * @param logits mask logits, row by row, of the (S/4, S/4) map over the whole frame; {@link SamHead#NO_OBJECT} everywhere
 *     when the object is absent
 * @param pointer the object token, C values
 * @param score logit that the object is in the frame; +-10 for mask prompts
 */
public record ObjectFrame(long objectId, int frame, float[] logits, float[] pointer, float score) {
    /** Side of the low-resolution map. */
    public int side() {
        return (int) Math.round(Math.sqrt(logits.length));
    }

    /** Whether the object is judged to be in the frame. */
    public boolean isPresent() {
        return score > 0;
    }
}
