package org.sola.selector;

import ai.djl.ndarray.NDArray;
import java.util.Arrays;
import java.util.stream.IntStream;

/**
 * What a selector computes once per video, whatever the expression: encoded tracks, the first layer's attention among
 * tracks and frames, and its queries to the language. Arrays belong to the object tokens' manager.
 */
public final class VideoTrunk {
    private final Selector selector;
    private final NDArray x;
    private final NDArray queries;
    private final NDArray positions;
    private final Padding padding;
    private final boolean training;
    private final Probe probe;

    VideoTrunk(
            Selector selector,
            NDArray x,
            NDArray queries,
            NDArray positions,
            Padding padding,
            boolean training,
            Probe probe) {
        this.selector = selector;
        this.x = x;
        this.queries = queries;
        this.positions = positions;
        this.padding = padding;
        this.training = training;
        this.probe = probe;
    }

    /** Scores against text tokens (E, W, D), or (W, D) for one expression; all W count. */
    public SelectorScores score(NDArray langTokens) {
        var batch = langTokens.getShape().dimension() == 2 ? langTokens.expandDims(0) : langTokens;
        var words = new int[(int) batch.getShape().get(0)];
        Arrays.fill(words, (int) batch.getShape().get(1));
        return score(batch, words);
    }

    /**
     * Scores against E expressions of different lengths in one pass: all of the one video, or one of each.
     *
     * @param langTokens (E, W, D) with W the longest; rows from {@code words[e]} on must be 0
     * @param words text tokens of each expression, 1 to W
     */
    public SelectorScores score(NDArray langTokens, int[] words) {
        int videos = (int) x.getShape().get(0);
        return score(
                langTokens,
                words,
                IntStream.range(0, words.length).map(e -> videos == 1 ? 0 : e).toArray());
    }

    /**
     * Scores against E expressions of different lengths in one pass.
     *
     * @param langTokens (E, W, D) with W the longest; rows from {@code words[e]} on must be 0
     * @param words text tokens of each expression, 1 to W
     * @param videos the video that each expression is about: ascending, and each video at least once
     */
    public SelectorScores score(NDArray langTokens, int[] words, int[] videos) {
        var shape = langTokens.getShape();
        long d = selector.config().langTokenDim();
        if (shape.dimension() != 3 || shape.get(2) != d) {
            throw new IllegalArgumentException("text tokens have shape " + shape + ", selector "
                    + selector.config().name() + " needs (expressions, words, " + d
                    + "); were they made by another text encoder?");
        }
        int count = (int) x.getShape().get(0);
        if (videos.length != shape.get(0) || !isEachVideo(videos, count)) {
            throw new IllegalArgumentException("text tokens have shape " + shape + " for expressions of videos "
                    + Arrays.toString(videos) + "; expected videos 0 to " + (count - 1)
                    + " in their order, each with one expression or more");
        }
        if (words.length != shape.get(0) || Arrays.stream(words).anyMatch(w -> w < 1 || w > shape.get(1))) {
            throw new IllegalArgumentException(
                    "word counts " + Arrays.toString(words) + " do not fit text tokens of shape " + shape);
        }
        return selector.score(this, langTokens, words, videos);
    }

    private static boolean isEachVideo(int[] videos, int count) {
        int last = -1;
        for (int video : videos) {
            if (video != last && video != last + 1) {
                return false;
            }
            last = video;
        }
        return last == count - 1;
    }

    NDArray x() {
        return x;
    }

    NDArray queries() {
        return queries;
    }

    NDArray positions() {
        return positions;
    }

    Padding padding() {
        return padding;
    }

    boolean training() {
        return training;
    }

    Probe probe() {
        return probe;
    }
}
