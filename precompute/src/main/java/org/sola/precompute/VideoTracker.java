package org.sola.precompute;

import java.io.IOException;
import java.util.List;

/** Turns one video into its tracks. */
public interface VideoTracker {
    /** What the tracks depend on beside the video. */
    Fingerprint fingerprint();

    /** Kinds of prompts that are used, comma-separated: {@code grid,truth}. */
    String promptSources();

    /**
     * A text that changes with what of the video decides its tracks: its frames, and what else the tracker reads.
     *
     * @throws IOException when the video's files cannot be read
     */
    default String stamp(VideoSource video) throws IOException {
        return video.stamp();
    }

    /** What the user should know before a video is tracked, a sentence each. Cheap to make. */
    default List<String> remarks(VideoSource video) {
        return List.of();
    }

    /**
     * Tracks every object of a video.
     *
     * @param progress told of every frame, and asked whether to go on
     * @throws IOException when the video cannot be read
     * @throws StoppedException when {@code progress} says so; nothing was written then
     */
    TrackedVideo track(VideoSource video, TrackingProgress progress) throws IOException;
}
