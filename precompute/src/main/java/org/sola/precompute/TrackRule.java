package org.sola.precompute;

/**
 * Which prompts become tracks, and in which batches.
 *
 * @param everyFrames prompts on other frames than 0, n, 2n, ... are not used
 * @param minimumStability prompts below it are not used
 * @param batchSize most tracks propagated together; a later batch skips what an earlier one has found, so this also
 *     decides how many duplicates are propagated
 * @param longVideoFrames above this many frames the next setting holds
 * @param longVideoBatchSize {@code batchSize} of a long video
 * @param maximumTracks most tracks of a video (grid) or of an expression (boxes)
 * @param neighboursOnly whether a batch ends at the first open prompt of another frame and counts itself twice against
 *     the maximum: SOLA's order for boxes; otherwise every open prompt of the frame may join
 * @param sameObjectIou a prompt whose IoU with a track, on the prompt's own frame, is above it is closed
 * @param comparison size at which that IoU is taken
 * @param duplicateIou of two finished tracks whose mean IoU is above it the larger is dropped ({@link DuplicateTracks});
 *     1 keeps them, as SOLA does
 */
public record TrackRule(
        int everyFrames,
        double minimumStability,
        int batchSize,
        int longVideoFrames,
        int longVideoBatchSize,
        int maximumTracks,
        boolean neighboursOnly,
        double sameObjectIou,
        MaskComparison comparison,
        double duplicateIou) {

    public TrackRule {
        require("everyFrames", everyFrames);
        require("batchSize", batchSize);
        require("longVideoBatchSize", longVideoBatchSize);
        require("maximumTracks", maximumTracks);
    }

    private static void require(String key, int value) {
        if (value < 1) {
            throw new IllegalArgumentException("tracks." + key + " is " + value + ", it must be at least 1");
        }
    }
}
