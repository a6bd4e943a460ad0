package org.sola.sam2;

/** The features of a video's frames, each encoded once however often it is asked for. */
public interface FrameFeatureSource {
    int frameCount();

    /**
     * The features of one frame (batch 1). They belong to the source and stay valid until the next call, no longer.
     *
     * @param frame from 0 to {@link #frameCount()} - 1
     */
    FrameFeatures at(int frame);
}
