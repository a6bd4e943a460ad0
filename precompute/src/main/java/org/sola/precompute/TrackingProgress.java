package org.sola.precompute;

/** Hears how far a video is, and decides between frames whether to go on. Calls come from the working thread. */
public interface TrackingProgress {
    /** Neither listens nor stops. */
    TrackingProgress NONE = new TrackingProgress() {};

    /** The stages of a video, in order; the last is repeated for every batch of tracks. */
    enum Stage {
        ENCODE,
        PROMPT,
        PROPAGATE
    }

    /**
     * Something was done.
     *
     * @param done frames of this stage so far
     * @param total frames of this stage, 0 while that is not known
     */
    default void frames(Stage stage, int done, int total) {}

    /** Whether to stop before the next frame. */
    default boolean isStopped() {
        return false;
    }

    /** Reports and stops if asked to. */
    default void step(Stage stage, int done, int total) {
        frames(stage, done, total);
        if (isStopped()) {
            throw new StoppedException();
        }
    }
}
