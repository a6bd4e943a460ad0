package org.sola.video;

import java.util.Iterator;
import org.sola.image.RgbImage;

/** The frames of a video in order, decoded one at a time; closing it frees what the decoder holds. */
public interface FrameIterator extends Iterator<RgbImage>, AutoCloseable {
    @Override
    void close();
}
