package org.sola.propagation;

import java.io.IOException;
import org.sola.video.Video;

/** Follows objects whose masks are known on one frame through the whole video, forward and back. */
public interface MaskPropagator {
    /** Name of the model, for provenance. */
    String name();

    /**
     * Reads a video, of which any number of propagations may follow. The caller closes it.
     *
     * @throws IOException if a frame cannot be read, or cannot be put aside
     */
    EncodedVideo open(Video video) throws IOException;
}
