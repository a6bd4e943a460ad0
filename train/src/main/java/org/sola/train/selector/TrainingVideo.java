package org.sola.train.selector;

import java.util.List;

/** A video as the selector trains on it: its tracks' object tokens and its expressions with pseudo labels. */
public final class TrainingVideo {
    private final String id;
    private final int tracks;
    private final int frames;
    private final int tokenDim;
    private final float[] tokens;
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
        if (tokens.length != (long) tracks * frames * tokenDim) {
            throw new IllegalArgumentException("video " + id + ": " + tokens.length + " numbers for " + tracks
                    + " tracks of " + frames + " frames and " + tokenDim + " channels");
        }
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

    /** (N, T, tokenDim), row-major; not a copy. */
    float[] tokens() {
        return tokens;
    }

    public List<TrainingExpression> expressions() {
        return expressions;
    }
}
