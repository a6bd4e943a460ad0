package org.sola.train.selector;

import org.sola.tensor.Precision;

/**
 * How a selector is trained; every recipe is one file below {@code configs/train/}.
 *
 * @param name name in messages
 * @param seed fixes initial values, order, dropout and augmentation
 * @param epochs passes over the training expressions
 * @param start where training begins from
 * @param batch what one step sees
 * @param expressionsPerStep most expressions of a video in a step where {@code batch} is VIDEO
 * @param videosPerStep videos (or pairs) of a step, padded to the largest of them; the loss is the mean over all their
 *     expressions
 * @param labelThreshold a track is meant when its IoU is above it
 * @param labelSize size at which masks are compared for labels: NATIVE or RESIZED to 540x960
 * @param optimizer step size and its course
 * @param loss terms of the loss
 * @param augmentation what is changed about a video from step to step
 * @param best what chooses the best checkpoint
 * @param earlyStopping epochs without a better one after which the training ends, 0 for never
 * @param checkpointSteps steps between checkpoints within an epoch, 0 for none but each epoch's end
 * @param precision of the large matrix products of the steps; validation is in float32
 */
public record TrainingRecipe(
        String name,
        long seed,
        int epochs,
        Start start,
        Batch batch,
        int expressionsPerStep,
        int videosPerStep,
        double labelThreshold,
        TrackOverlap.Size labelSize,
        Optimizer optimizer,
        Loss loss,
        Augmentation augmentation,
        Best best,
        int earlyStopping,
        int checkpointSteps,
        Precision precision) {

    public TrainingRecipe {
        require(epochs >= 1, "epochs", epochs, "1 or more");
        require(expressionsPerStep >= 1, "expressionsPerStep", expressionsPerStep, "1 or more");
        require(videosPerStep >= 1, "videosPerStep", videosPerStep, "1 or more");
        require(labelThreshold >= 0 && labelThreshold < 1, "labelThreshold", labelThreshold, "0 or more, below 1");
        require(earlyStopping >= 0, "earlyStopping", earlyStopping, "0 or more");
        require(checkpointSteps >= 0, "checkpointSteps", checkpointSteps, "0 or more");
    }

    /** The same recipe with other matrix products. */
    public TrainingRecipe in(Precision wanted) {
        return new TrainingRecipe(
                name,
                seed,
                epochs,
                start,
                batch,
                expressionsPerStep,
                videosPerStep,
                labelThreshold,
                labelSize,
                optimizer,
                loss,
                augmentation,
                best,
                earlyStopping,
                checkpointSteps,
                wanted);
    }

    /**
     * Where training begins from.
     *
     * @param weights a selector of the same sizes to go on from, a checkpoint file; empty begins with initial values
     * @param initial initial values
     * @param silentEpochs epochs in which attention is left out, so that tokens and words find each other first; it takes
     *     part afterwards, with the optimiser's moments begun anew
     */
    public record Start(String weights, Initial initial, int silentEpochs) {
        public Start {
            require(silentEpochs >= 0, "start.silentEpochs", silentEpochs, "0 or more");
        }
    }

    /** Initial values of the parameters. */
    public enum Initial {
        /** Torch's defaults, as the official code. */
        TORCH,
        /** {@link LinearStart}: tokens handed on, attention that adds nothing, normalisations fitted to the data. */
        LINEAR
    }

    /** What one step sees. */
    public enum Batch {
        /** One video and one expression, as the official code. */
        PAIR,
        /** A video with several of its expressions, which share what does not depend on them. */
        VIDEO
    }

    /** How the learning rate goes on. */
    public enum Schedule {
        /** Lowered when the validation loss stops falling, as the official code. */
        PLATEAU,
        /** Half a cosine from the first step to 0 after the last. */
        COSINE
    }

    /** What chooses the best checkpoint. */
    public enum Best {
        /** Lowest validation loss. */
        LOSS,
        /** Highest F1 over all tracks of the validation split. */
        F1,
        /** Highest mean F1 of an expression's selection, 1 when nothing is meant and nothing selected. */
        EXPRESSION_F1
    }

    /**
     * AdamW and the course of its rate.
     *
     * @param learningRate first rate
     * @param warmupSteps steps in which it rises to that from 0, at the start and when attention joins
     * @param weightDecay decoupled decay of every parameter
     * @param clipNorm gradients are scaled down to this global norm
     * @param averageDecay decay of the moving average of the parameters, which is what is kept; 0 keeps the parameters
     * @param schedule course of the rate
     * @param plateauFactor what a plateau multiplies the rate by
     * @param plateauPatience epochs without gain that are borne
     * @param plateauThreshold relative gain that counts
     */
    public record Optimizer(
            double learningRate,
            int warmupSteps,
            double weightDecay,
            double clipNorm,
            double averageDecay,
            Schedule schedule,
            double plateauFactor,
            int plateauPatience,
            double plateauThreshold) {
        public Optimizer {
            require(learningRate > 0, "optimizer.learningRate", learningRate, "more than 0");
            require(warmupSteps >= 0, "optimizer.warmupSteps", warmupSteps, "0 or more");
            require(clipNorm > 0, "optimizer.clipNorm", clipNorm, "more than 0");
            require(
                    averageDecay >= 0 && averageDecay < 1,
                    "optimizer.averageDecay",
                    averageDecay,
                    "0 or more, below 1");
        }
    }

    /**
     * Terms of the loss.
     *
     * @param positiveWeight weight of a meant track
     * @param alignmentWeight weight of the alignment loss
     * @param alignment how tracks and sentences are compared
     */
    public record Loss(double positiveWeight, double alignmentWeight, SelectorLoss.Alignment alignment) {}

    /**
     * What is changed about a video from step to step; the order of tracks does not matter to the network.
     *
     * @param trackDropout chance that a track is left out; one always stays
     * @param frameCrop smallest share of the frames that stays, a run at a random place; 1 keeps all
     */
    public record Augmentation(double trackDropout, double frameCrop) {
        public Augmentation {
            require(
                    trackDropout >= 0 && trackDropout < 1,
                    "augmentation.trackDropout",
                    trackDropout,
                    "0 or more, below 1");
            require(frameCrop > 0 && frameCrop <= 1, "augmentation.frameCrop", frameCrop, "above 0, at most 1");
        }
    }

    private static void require(boolean holds, String key, Object value, String expected) {
        if (!holds) {
            throw new IllegalArgumentException(key + " is " + value + ", expected " + expected);
        }
    }
}
