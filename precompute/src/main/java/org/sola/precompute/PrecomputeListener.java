package org.sola.precompute;

/** Hears how a precomputation goes; calls come from the working thread. */
public interface PrecomputeListener extends TrackingProgress {
    /** Neither listens nor stops. */
    PrecomputeListener NONE = new PrecomputeListener() {};

    /**
     * A video begins.
     *
     * @param index its place among this run's videos, from 0
     * @param total this run's videos
     */
    default void started(String video, int index, int total) {}

    /** A video is in the cache now. */
    default void finished(PrecomputeResult.Done video) {}

    /** A video was in the cache already. */
    default void skipped(String video) {}

    /** A video could not be done; the run goes on. */
    default void failed(PrecomputeResult.Failed video) {}
}
