package org.sola.evaluate;

import java.io.IOException;
import java.util.List;
import org.sola.dataset.ReferringVideo;
import org.sola.mask.Rle;

/** The tracks that a selector chose from, for the rows that show where quality is lost; asked from several threads. */
@FunctionalInterface
public interface TrackPool {
    /** One mask a frame of every track of the video. */
    List<List<Rle>> tracks(ReferringVideo video) throws IOException;
}
