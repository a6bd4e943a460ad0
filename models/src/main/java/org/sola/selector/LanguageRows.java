package org.sola.selector;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import java.util.Arrays;
import java.util.function.UnaryOperator;
import org.sola.tensor.Kernels;

/**
 * What tracks are compared with: each expression's text tokens followed by the learnable negative rows. E expressions of
 * up to W text tokens; the rows of shorter ones are padded and hidden from attention and mean.
 */
final class LanguageRows {
    private final NDArray text;
    private final NDArray negatives;
    private final NDArray all;
    private final NDArray mask;
    private final NDArray mean;
    private final int[] videos;

    private LanguageRows(NDArray text, NDArray negatives, NDArray all, NDArray mask, NDArray mean, int... videos) {
        this.text = text;
        this.negatives = negatives;
        this.all = all;
        this.mask = mask;
        this.mean = mean;
        this.videos = videos;
    }

    /**
     * @param text (E, W, D), zero where padded
     * @param words text tokens of each expression
     * @param negatives (n, D), n may be 0
     * @param videos the video that each expression is about, ascending from 0
     */
    static LanguageRows of(NDArray text, int[] words, NDArray negatives, int... videos) {
        var manager = text.getManager();
        int expressions = (int) text.getShape().get(0);
        int width = (int) text.getShape().get(1);
        int extra = (int) negatives.getShape().get(0);
        var hidden = new float[expressions * (width + extra)];
        var counts = new float[expressions];
        for (int e = 0; e < expressions; e++) {
            Arrays.fill(hidden, e * (width + extra) + words[e], e * (width + extra) + width, Float.NEGATIVE_INFINITY);
            counts[e] = words[e] + extra;
        }
        var mask = manager.create(hidden, new Shape(expressions, 1, 1, width + extra));
        var sum = text.sum(new int[] {1}); // (E, D)
        sum = extra == 0 ? sum : sum.add(negatives.sum(new int[] {0}));
        var flat = text.reshape((long) expressions * width, -1);
        var all = extra == 0 ? flat : flat.concat(negatives, 0);
        return new LanguageRows(
                text,
                negatives,
                all.expandDims(0), // (1, E W + n, D)
                mask,
                sum.div(manager.create(counts, new Shape(expressions, 1))),
                videos);
    }

    long expressions() {
        return text.getShape().get(0);
    }

    /** The video that each expression is about. */
    int[] videos() {
        return videos.clone();
    }

    /** What is per video (B, ..) for each expression, (E, ..); one video is left to be broadcast. */
    NDArray ofVideos(NDArray x) {
        long b = x.getShape().get(0);
        if (b == 1 || b == expressions()) {
            return x;
        }
        return Kernels.takeRows(x, Arrays.stream(videos).asLongStream().toArray());
    }

    /** S: the rows of an expression, padded ones included. */
    long rows() {
        return words() + negatives.getShape().get(0);
    }

    /** W: the text rows of an expression, padded ones included. */
    long words() {
        return text.getShape().get(1);
    }

    /** 0 for a row that is there, -infinity for a padded one: (E, 1, 1, W + n). */
    NDArray mask() {
        return mask;
    }

    /** The mean of an expression's rows, (E, D). */
    NDArray mean() {
        return mean;
    }

    /** A projection (1, rows, D) to (1, h, rows, ..) of all rows, each made once, arranged as (E, h, W + n, ..). */
    NDArray joined(UnaryOperator<NDArray> projection) {
        long e = expressions();
        long w = words();
        if (negatives.getShape().get(0) == 0) {
            return ofText(projection.apply(all), e, w);
        }
        var parts = projection.apply(all).split(new long[] {e * w}, 2);
        var ofNegatives = parts.get(1); // (1, h, n, ..)
        var shape = ofNegatives.getShape();
        return ofText(parts.get(0), e, w).concat(ofNegatives.broadcast(e, shape.get(1), shape.get(2), shape.get(3)), 2);
    }

    /** (1, h, E W, ..) to (E, h, W, ..). */
    private static NDArray ofText(NDArray projected, long e, long w) {
        var shape = projected.getShape();
        return projected.reshape(shape.get(1), e, w, shape.get(3)).transpose(1, 0, 2, 3);
    }
}
