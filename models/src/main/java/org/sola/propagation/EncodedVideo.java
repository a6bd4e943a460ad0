package org.sola.propagation;

import java.util.List;
import org.sola.mask.Mask;

/**
 * A video whose frames are encoded once, as long as there is room for what comes out. Native memory does not grow with its
 * length. Not for several threads.
 */
public interface EncodedVideo extends AutoCloseable {
    int frameCount();

    /** Times that a frame went through the image encoder so far: once a frame where their features find room. */
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

    /**
     * Follows objects each as if it were alone, whatever frame it starts on.
     *
     * @param sink called once for every start and frame
     * @throws IllegalArgumentException as for {@link #propagate}
     */
    default void propagateEach(List<Start> starts, EachSink sink) {
        for (int i = 0; i < starts.size(); i++) {
            int start = i;
            propagate(
                    starts.get(i).keyFrame(),
                    List.of(starts.get(i).mask()),
                    (frame, masks) -> sink.accept(start, frame, masks.get(0)));
        }
    }

    /**
     * Where one object starts.
     *
     * @param keyFrame index of the frame, from 0
     * @param mask the object there, at the video's size
     */
    record Start(int keyFrame, Mask mask) {}

    /** Takes the answers of {@link #propagateEach} as they come. */
    @FunctionalInterface
    interface EachSink {
        /** @param start the object's place in the list of starts */
        void accept(int start, int frame, Mask mask);
    }

    /** Takes the answers as they come. */
    @FunctionalInterface
    interface Sink {
        /** @param masks of the objects on this frame, in the order in which they were given; empty ones where absent */
        void accept(int frame, List<Mask> masks);
    }

    @Override
    void close();
}
