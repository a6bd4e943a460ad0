package org.sola.sam2;

import ai.djl.ndarray.NDArray;

/** Sees intermediate results of tracking; for tests and for looking inside. */
@FunctionalInterface
public interface TrackingWatcher {
    /** @param features (1, C, h, w), the frame's features with the object's memory; valid during the call */
    void conditioned(long objectId, int frame, NDArray features);
}
