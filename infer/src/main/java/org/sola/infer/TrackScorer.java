package org.sola.infer;

import java.util.List;
import org.sola.precompute.VideoTracks;

/** Says how well each track of a video fits expressions. */
public interface TrackScorer extends AutoCloseable {
    /**
     * The probability of every track for every expression, 0..1, expressions first.
     *
     * @param video its tracks, at least one
     * @param expressions at least one sentence
     */
    List<float[]> score(VideoTracks video, List<String> expressions);

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
