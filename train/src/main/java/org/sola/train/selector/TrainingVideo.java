package org.sola.train.selector;

import java.io.IOException;
import java.util.List;
import java.util.stream.IntStream;

/** A video as the selector trains on it: its tracks' object tokens and its expressions with pseudo labels. */
public final class TrainingVideo {
    private final String id;
    private final int tracks;
    private final int frames;
    private final int tokenDim;
    private final TrackTokens tokens;
    private final List<TrainingExpression> expressions;

    /**
     * @param id the video's name, for messages
     * @param tracks N; 0 is allowed, such a video is not trained on
     * @param frames T
     * @param tokenDim width of an object token
     * @param tokens N * T * tokenDim numbers, tracks outermost; not copied, so the caller must not change them
     * @param expressions each with N overlaps
     */
    public TrainingVideo(
            String id, int tracks, int frames, int tokenDim, float[] tokens, List<TrainingExpression> expressions) {
        this(id, tracks, frames, tokenDim, TrackTokens.of(tokens, frames, tokenDim), expressions);
        if (tokens.length != (long) tracks * frames * tokenDim) {
            throw new IllegalArgumentException("video " + id + ": " + tokens.length + " numbers for " + tracks
                    + " tracks of " + frames + " frames and " + tokenDim + " channels");
        }
    }

    /** The same with tokens that are read when they are needed. */
    TrainingVideo(
            String id, int tracks, int frames, int tokenDim, TrackTokens tokens, List<TrainingExpression> expressions) {
        for (var expression : expressions) {
            if (expression.tracks() != tracks) {
                throw new IllegalArgumentException("video " + id + ", expression " + expression.id() + ": overlaps of "
                        + expression.tracks() + " tracks, the video has " + tracks);
            }
        }
        this.id = id;
        this.tracks = tracks;
        this.frames = frames;
        this.tokenDim = tokenDim;
        this.tokens = tokens;
        this.expressions = List.copyOf(expressions);
    }

    public String id() {
        return id;
    }

    public int tracks() {
        return tracks;
    }

    public int frames() {
        return frames;
    }

    public int tokenDim() {
        return tokenDim;
    }

    /** All of them, (N, T, tokenDim), row-major; not to be changed. */
    float[] tokens() throws IOException {
        return tokens(IntStream.range(0, tracks).toArray(), 0, frames);
    }

    /** Those of some tracks in a run of frames, (tracks, frames, tokenDim); not to be changed. */
    float[] tokens(int[] some, int firstFrame, int count) throws IOException {
        return tokens.read(some, firstFrame, count);
    }

    public List<TrainingExpression> expressions() {
        return expressions;
    }
}
