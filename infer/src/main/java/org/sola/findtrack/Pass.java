package org.sola.findtrack;

import java.util.List;
import java.util.stream.IntStream;

/** The two ways from a key frame, each beginning with the key frame itself and knowing nothing of the other. */
public enum Pass {
    FORWARD,
    BACKWARD;

    /** The frames of a video of {@code frameCount} frames, in the order of this pass. */
    public List<Integer> frames(int keyFrame, int frameCount) {
        var frames =
                switch (this) {
                    case FORWARD -> IntStream.range(keyFrame, frameCount);
                    case BACKWARD -> IntStream.rangeClosed(0, keyFrame).map(i -> keyFrame - i);
                };
        return frames.boxed().toList();
    }
}
