package org.sola.train.findtrack;

/**
 * How a referring segmenter is fine-tuned on a data set, which makes FindTrack++ of FindTrack ({@code train_mevis.py} of
 * the official code); {@code configs/train/findtrack-plus.yaml}.
 *
 * @param seed of the order and of the frames drawn
 * @param epochs passes over all expressions at every {@code clipFrames}-th frame
 * @param clipFrames frames that are drawn around and beyond such a frame; some must show what is meant, and the first of
 *     them is what the network sees
 * @param batch expressions a step, each with a frame of its own
 * @param learningRate AdamW's, the same throughout
 * @param weightDecay AdamW's
 * @param clipNorm largest global norm of the gradients
 * @param crossEntropyWeight of the mean cross entropy of a frame's pixels
 * @param diceWeight of the mask's dice loss
 * @param checkpointSteps steps between checkpoints
 */
public record FineTuningRecipe(
        long seed,
        int epochs,
        int clipFrames,
        int batch,
        double learningRate,
        double weightDecay,
        double clipNorm,
        double crossEntropyWeight,
        double diceWeight,
        int checkpointSteps) {
    public FineTuningRecipe {
        if (epochs < 1 || clipFrames < 1 || batch < 1 || checkpointSteps < 1) {
            throw new IllegalArgumentException("epochs, clipFrames, batch and checkpointSteps are at least 1, not "
                    + epochs + ", " + clipFrames + ", " + batch + " and " + checkpointSteps);
        }
        if (!(learningRate > 0) || !(clipNorm > 0)) {
            throw new IllegalArgumentException(
                    "learningRate and clipNorm are above 0, not " + learningRate + " and " + clipNorm);
        }
    }
}
