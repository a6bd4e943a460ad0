package org.sola.selector;

import ai.djl.ndarray.NDArray;
import java.util.Arrays;

/**
 * What a selector computes once per video, whatever the expression: encoded tracks, the first layer's attention among
 * tracks and frames, and its queries to the language. Arrays belong to the object tokens' manager.
 */
public final class VideoTrunk {
    private final Selector selector;
    private final NDArray x;
    private final NDArray queries;
    private final NDArray positions;
    private final boolean training;
    private final Probe probe;

    VideoTrunk(Selector selector, NDArray x, NDArray queries, NDArray positions, boolean training, Probe probe) {
        this.selector = selector;
        this.x = x;
        this.queries = queries;
        this.positions = positions;
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
     * Scores against E expressions of different lengths in one pass.
     *
     * @param langTokens (E, W, D) with W the longest; rows from {@code words[e]} on must be 0
     * @param words text tokens of each expression, 1 to W
     */
    public SelectorScores score(NDArray langTokens, int[] words) {
        var shape = langTokens.getShape();
        long d = selector.config().langTokenDim();
        long videos = x.getShape().get(0);
        if (shape.dimension() != 3 || shape.get(2) != d || (videos != 1 && videos != shape.get(0))) {
            throw new IllegalArgumentException("text tokens have shape " + shape + ", selector "
                    + selector.config().name() + " needs (" + (videos == 1 ? "expressions" : videos) + ", words, " + d
                    + "); were they made by another text encoder?");
        }
        if (words.length != shape.get(0) || Arrays.stream(words).anyMatch(w -> w < 1 || w > shape.get(1))) {
            throw new IllegalArgumentException(
                    "word counts " + Arrays.toString(words) + " do not fit text tokens of shape " + shape);
        }
        return selector.score(this, langTokens, words);
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

    boolean training() {
        return training;
    }

    Probe probe() {
        return probe;
    }
}
