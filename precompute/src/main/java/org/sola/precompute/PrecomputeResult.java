package org.sola.precompute;

import java.util.List;

/**
 * How a precomputation ended.
 *
 * @param done videos made by this run
 * @param skipped ids of videos that were there already
 * @param failed videos that could not be made, with the reason
 * @param isStopped whether it was asked to stop before the last video
 * @param seconds wall time of the run
 * @param peakResidentBytes most resident memory of the process, 0 where the system does not say
 */
public record PrecomputeResult(
        List<Done> done,
        List<String> skipped,
        List<Failed> failed,
        boolean isStopped,
        double seconds,
        long peakResidentBytes) {
    public PrecomputeResult {
        done = List.copyOf(done);
        skipped = List.copyOf(skipped);
        failed = List.copyOf(failed);
    }

    /** A video that was made. */
    public record Done(String video, int frames, int tracks, int prompts, long encoderCalls, TrackedVideo.Cost cost) {}

    /** A video that could not be made, and why, in a line. */
    public record Failed(String video, String reason) {}

    /** Frames of the videos made by this run. */
    public long frames() {
        return done.stream().mapToLong(Done::frames).sum();
    }

    /** Frames a second over the whole run. */
    public double framesPerSecond() {
        return seconds > 0 ? frames() / seconds : 0;
    }
}
