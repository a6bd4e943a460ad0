package org.sola.metric;

import java.util.List;
import org.sola.mask.Rle;

/**
 * One sample of A2D-Sentences or JHMDB-Sentences: the true mask of an annotated frame and what was predicted for it.
 *
 * @param id the image id, unique in the data set
 * @param truth the mask that the sentence means
 * @param predictions scored masks of the same size, in any order; none counts as an empty mask
 */
public record ScoredSample(String id, Rle truth, List<ScoredMask> predictions) {
    public ScoredSample {
        predictions = List.copyOf(predictions);
        for (var prediction : predictions) {
            if (prediction.mask().height() != truth.height()
                    || prediction.mask().width() != truth.width()) {
                throw new IllegalArgumentException("sample " + id + ": a prediction of "
                        + prediction.mask().height() + "x" + prediction.mask().width() + ", expected " + truth.height()
                        + "x" + truth.width() + " (height x width)");
            }
        }
    }

    /** A mask and how sure the model is of it. */
    public record ScoredMask(double score, Rle mask) {}

    /** The mask of the highest score, the last among equals; an empty one when nothing was predicted. */
    public Rle best() {
        Rle best = Rle.empty(truth.height(), truth.width());
        double highest = Double.NEGATIVE_INFINITY;
        for (var prediction : predictions) {
            if (prediction.score() >= highest) {
                highest = prediction.score();
                best = prediction.mask();
            }
        }
        return best;
    }
}
