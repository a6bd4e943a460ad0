package org.sola.train.selector;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.DataType;
import ai.djl.training.loss.Loss;
import java.util.Optional;
import org.sola.tensor.Kernels;
import org.sola.tensor.Scalar;

/**
 * The selector's loss as the official code has it: weighted binary cross entropy of the scores, plus 0.3 times an
 * alignment loss that pulls a track's representative towards its expression and away from, or for unmeant tracks
 * towards the nearest of, the learnable negative rows. E expressions, N tracks, n negative rows, D channels. Without
 * negative rows the part that compares with them is 0.
 *
 * <p>Labels: 0 or 1 a track (E, N), the mean text token of each expression (E, D) and, where videos are padded to the
 * largest, what each track counts in the mean (E, N): 1 over its video's tracks times E, 0 for a padded one. Predictions:
 * scores (E, N), score tokens (E, N, D), negative rows (n, D).
 */
public final class SelectorLoss extends Loss {
    /** exp(0.07): named a temperature in the official code, but in no optimiser and so a constant. */
    private static final float SCALE = (float) Math.exp(0.07); // a double would make scalars float64

    private final float positiveWeight;
    private final float alignmentWeight;
    private final Alignment alignment;

    /** How tracks and sentences are compared in the alignment loss. */
    public enum Alignment {
        /** The official code: cross entropy of dot products times exp(0.07). */
        DOT_PRODUCT,
        /** The paper's equations 7 and 8 with cosine distances, the sign of equation 7 corrected. */
        COSINE
    }

    /** As the official code: positive weight 1.5, alignment weight 0.3, dot products. */
    public SelectorLoss() {
        this(1.5, 0.3, Alignment.DOT_PRODUCT);
    }

    public SelectorLoss(double positiveWeight, double alignmentWeight, Alignment alignment) {
        super("selector");
        this.positiveWeight = (float) positiveWeight;
        this.alignmentWeight = (float) alignmentWeight;
        this.alignment = alignment;
    }

    /**
     * The loss and its parts, each a scalar array.
     *
     * @param total crossEntropy + alignmentWeight * alignment
     * @param crossEntropy of the scores
     * @param alignment positiveWeight * positive + negative for dot products, positive + negative for cosines
     * @param positive the part that compares tracks with their sentence
     * @param negative the part that compares tracks with the negative rows
     */
    public record Terms(NDArray total, NDArray crossEntropy, NDArray alignment, NDArray positive, NDArray negative) {}

    @Override
    public NDArray evaluate(NDList labels, NDList predictions) {
        return terms(labels, predictions).total();
    }

    /** The loss with its parts. */
    public Terms terms(NDList labels, NDList predictions) {
        var y = labels.get(0);
        var scores = predictions.get(0);
        var mean = labels.size() > 2 ? Mean.weighted(labels.get(2)) : Mean.plain();
        var crossEntropy = Kernels.binaryCrossEntropy(
                scores, y, mean.weights(y.mul(Scalar.of(positiveWeight - 1)).add(1)));
        var tokens = predictions.get(1);
        var parts = alignment == Alignment.DOT_PRODUCT
                ? dotProducts(y, labels.get(1), tokens, predictions.get(2), mean)
                : cosines(y, labels.get(1), tokens, predictions.get(2), mean);
        var align = parts[0].mul(Scalar.of(alignment == Alignment.DOT_PRODUCT ? positiveWeight : 1))
                .add(parts[1]);
        return new Terms(
                crossEntropy.add(align.mul(Scalar.of(alignmentWeight))), crossEntropy, align, parts[0], parts[1]);
    }

    /** Products of each track with its sentence: tokens (E, N, D), text (E, D) to (E, N). */
    public static NDArray positiveLogits(NDArray tokens, NDArray text) {
        return tokens.matMul(text.expandDims(2)).squeeze(2).mul(Scalar.of(SCALE));
    }

    /** Products of each track with each negative row: tokens (E, N, D), negatives (n, D) to (E, N, n). */
    public static NDArray negativeLogits(NDArray tokens, NDArray negatives) {
        return tokens.matMul(negatives.transpose()).mul(Scalar.of(SCALE));
    }

    /** The mean over tracks (E, N), or the weighted one over those that are there. */
    private record Mean(Optional<NDArray> shares) {
        static Mean plain() {
            return new Mean(Optional.empty());
        }

        static Mean weighted(NDArray shares) {
            return new Mean(Optional.of(shares.mul(Scalar.of((float) shares.size())))); // a plain mean divides by size
        }

        /** Weights (E, N) or (E, N, n) for a plain mean that make it this one. */
        NDArray weights(NDArray weights) {
            boolean isDeep = weights.getShape().dimension() == 3;
            return shares.map(share -> weights.mul(isDeep ? share.expandDims(2) : share))
                    .orElse(weights);
        }

        NDArray of(NDArray values) {
            return weights(values).mean();
        }
    }

    private static NDArray[] dotProducts(NDArray y, NDArray text, NDArray tokens, NDArray negatives, Mean mean) {
        var positive = positiveLogits(tokens, text);
        if (negatives.getShape().get(0) == 0) {
            return new NDArray[] {
                Kernels.binaryCrossEntropy(positive, y, mean.weights(y.onesLike())),
                y.getManager().create(0f)
            };
        }
        var negative = negativeLogits(tokens, negatives);
        var nearest = negative.argMax(2).oneHot((int) negatives.getShape().get(0), DataType.FLOAT32);
        var target = nearest.mul(y.neg().add(1).expandDims(2)); // all zeros for a meant track
        return new NDArray[] {
            Kernels.binaryCrossEntropy(positive, y, mean.weights(y.onesLike())),
            Kernels.binaryCrossEntropy(negative, target, mean.weights(target.onesLike()))
        };
    }

    /**
     * For a meant track d(z, p) - sum_j d(z, A_j), else d(z, A_k) - d(z, p) - sum over j other than k of d(z, A_j), where
     * d = 1 - cosine and k is the nearest row.
     */
    private static NDArray[] cosines(NDArray y, NDArray text, NDArray tokens, NDArray negatives, Mean mean) {
        var z = unit(tokens, 2);
        var toText = z.matMul(unit(text, 1).expandDims(2)).squeeze(2).neg().add(1); // (E, N)
        var unmeant = y.neg().add(1);
        var positive = mean.of(toText.mul(y.sub(unmeant)));
        if (negatives.getShape().get(0) == 0) {
            return new NDArray[] {positive, y.getManager().create(0f)};
        }
        var toNegatives = z.matMul(unit(negatives, 1).transpose()).neg().add(1); // (E, N, n)
        var nearest = toNegatives.min(new int[] {2});
        var all = toNegatives.sum(new int[] {2});
        return new NDArray[] {
            positive, mean.of(nearest.mul(Scalar.of(2)).mul(unmeant).sub(all))
        };
    }

    private static NDArray unit(NDArray x, int axis) {
        return x.div(x.square().sum(new int[] {axis}, true).add(1e-12f).sqrt());
    }
}
