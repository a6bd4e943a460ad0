package org.sola.precompute;

import java.util.List;
import org.sola.mask.Rle;

/**
 * One object through a video; its object tokens are a row of {@link VideoTracks}.
 *
 * @param id number within the video, stable when tracks are left out
 * @param source what the prompt came from: {@link #GRID}, {@link #BOX} or {@link #TRUTH}
 * @param promptFrame frame of the prompt, from which the track was propagated both ways
 * @param predictedIou the network's estimate of the prompt mask's quality, 0..1
 * @param stability stability of the prompt mask, 0..1
 * @param expression id of the expression whose detection gave the prompt; empty when the track serves all of them
 * @param masks a mask a frame at the video's size, empty where the object is not seen
 * @param objectScores the network's logit a frame for "the object is in this frame"; above zero means present
 */
@SuppressWarnings("ArrayRecordComponent")
public record Track(
        int id,
        String source,
        int promptFrame,
        double predictedIou,
        double stability,
        String expression,
        List<Rle> masks,
        float[] objectScores) {
    /** Prompted by an automatic mask of a grid of points. */
    public static final String GRID = "grid";

    /** Prompted by a detector's box. */
    public static final String BOX = "box";

    /** Prompted by an annotated mask; for training only. */
    public static final String TRUTH = "truth";

    private static final List<String> SOURCES = List.of(GRID, BOX, TRUTH);

    public Track {
        masks = List.copyOf(masks);
        if (!SOURCES.contains(source)) {
            throw new IllegalArgumentException("a track's source is one of " + SOURCES + ", not \"" + source + "\"");
        }
        if (masks.size() != objectScores.length) {
            throw new IllegalArgumentException("track " + id + " has " + masks.size() + " masks and "
                    + objectScores.length + " object scores; both are one a frame");
        }
        if (promptFrame < 0 || promptFrame >= masks.size()) {
            throw new IllegalArgumentException(
                    "track " + id + " starts at frame " + promptFrame + " of " + masks.size() + " frames");
        }
    }

    /** A track that serves every expression. */
    public Track(
            int id,
            String source,
            int promptFrame,
            double predictedIou,
            double stability,
            List<Rle> masks,
            float[] objectScores) {
        this(id, source, promptFrame, predictedIou, stability, "", masks, objectScores);
    }

    /** Whether the track may answer the expression of this id: it serves all, or was found for this one. */
    public boolean serves(String expressionId) {
        return expression.isEmpty() || expression.equals(expressionId);
    }

    /** Number of frames in which the track has at least one pixel. */
    public int framesSeen() {
        return (int) masks.stream().filter(mask -> mask.areaPixels() > 0).count();
    }
}
