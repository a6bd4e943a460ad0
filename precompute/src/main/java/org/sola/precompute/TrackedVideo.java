package org.sola.precompute;

/**
 * What tracking one video gave and what it cost.
 *
 * @param tracks the tracks with their tokens
 * @param prompts prompts that were found, before any was closed
 * @param encoderCalls frames that went through the image encoder
 * @param cost wall time
 */
public record TrackedVideo(VideoTracks tracks, int prompts, long encoderCalls, Cost cost) {
    /**
     * Wall time of one video, in seconds.
     *
     * @param seconds all of it
     * @param encodeSeconds reading and encoding frames
     * @param promptSeconds finding prompts of the grid and of annotated objects
     * @param boxSeconds finding boxes and making their masks
     * @param propagateSeconds propagating and choosing tracks
     */
    public record Cost(
            double seconds, double encodeSeconds, double promptSeconds, double boxSeconds, double propagateSeconds) {
        /** No time at all. */
        public static final Cost NONE = new Cost(0, 0, 0, 0, 0);

        /** Both one after the other. */
        public Cost plus(Cost other) {
            return new Cost(
                    seconds + other.seconds,
                    encodeSeconds + other.encodeSeconds,
                    promptSeconds + other.promptSeconds,
                    boxSeconds + other.boxSeconds,
                    propagateSeconds + other.propagateSeconds);
        }
    }
}
