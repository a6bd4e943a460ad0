package org.sola.infer;

import java.io.IOException;
import java.util.List;
import org.sola.precompute.VideoSource;
import org.sola.precompute.VideoTracks;

/**
 * Says how well each track of a video fits expressions: the selector by its object tokens, others by what they see on the
 * video's frames. Not for several threads at a time.
 */
public interface TrackScorer extends AutoCloseable {
    /**
     * The probability of every track for every expression, 0..1, expressions first.
     *
     * @param tracks of the video, at least one
     * @param video for those who look at its frames; nothing is read of it by those who do not
     * @param expressions at least one sentence
     * @throws InterruptedException if the thread is interrupted on the way
     */
    List<float[]> score(VideoTracks tracks, VideoSource video, List<String> expressions)
            throws IOException, InterruptedException;

    /** Whether the whole sentence counts; the end of a very long one may be left out. */
    default boolean readsWhole(String expression) {
        return true;
    }

    /** Word pieces of the sentence for which the scorer's vocabulary has nothing. */
    default int unknownPieces(String expression) {
        return 0;
    }

    /** Name of the model, for provenance. */
    String name();

    @Override
    void close();
}
