package org.sola.propagation;

import java.util.List;
import org.sola.mask.Mask;

/** A video whose frames are encoded already. Native memory does not grow with its length. Not for several threads. */
public interface EncodedVideo extends AutoCloseable {
    int frameCount();

    /** Times that a frame went through the image encoder: once a frame, however many propagations follow. */
    int encoderCalls();

    /**
     * Follows objects from a key frame to both ends of the video.
     *
     * @param keyFrame index of the frame, from 0
     * @param masks the objects there, at the video's size; at least one
     * @param sink called once for every frame: with the key frame and those after it, then with those before it, falling
     * @throws IllegalArgumentException if the video has no such frame, or a mask has another size
     */
    void propagate(int keyFrame, List<Mask> masks, Sink sink);

    /** Takes the answers as they come. */
    @FunctionalInterface
    interface Sink {
        /** @param masks of the objects on this frame, in the order in which they were given; empty ones where absent */
        void accept(int frame, List<Mask> masks);
    }

    @Override
    void close();
}
