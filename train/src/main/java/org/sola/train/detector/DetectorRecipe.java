package org.sola.train.detector;

import org.sola.train.WarmupCooldown;

/**
 * How a box detector is trained; {@code configs/train/detector-nano.yaml}.
 *
 * @param seed of weights and scenes
 * @param steps optimiser steps
 * @param videos generated videos a step
 * @param frames frames of each of them
 * @param images generated single images a step, more crowded and less tidy
 * @param smallestPixels objects with fewer visible pixels are not asked for
 * @param cells cells that answer for an object, those nearest to the middle of its box
 * @param boxWeight weight of the boxes' loss beside the scores'
 * @param learningRate largest learning rate
 * @param warmupSteps steps over which it rises
 * @param cooldown share of the steps, at their end, over which it falls to a twentieth
 * @param weightDecay AdamW's
 * @param clipNorm largest global norm of the gradients
 * @param averageDecay of the moving average of the weights, which is what ships
 * @param checkpointSteps steps between checkpoints
 */
public record DetectorRecipe(
        long seed,
        int steps,
        int videos,
        int frames,
        int images,
        int smallestPixels,
        int cells,
        double boxWeight,
        double learningRate,
        int warmupSteps,
        double cooldown,
        double weightDecay,
        double clipNorm,
        double averageDecay,
        int checkpointSteps) {
    public DetectorRecipe {
        if (steps < 1 || videos < 0 || frames < 1 || images < 0 || videos + images < 1 || cells < 1) {
            throw new IllegalArgumentException("steps, frames and cells are at least 1 and videos or images too, not "
                    + steps + ", " + frames + ", " + cells + ", " + videos + ", " + images);
        }
        if (warmupSteps < 1 || checkpointSteps < 1 || !(cooldown >= 0 && cooldown <= 1)) {
            throw new IllegalArgumentException(
                    "warmupSteps and checkpointSteps are at least 1 and cooldown a share, not " + warmupSteps + ", "
                            + checkpointSteps + ", " + cooldown);
        }
    }

    /** Of a step, counted from 0. */
    double learningRate(int step) {
        return new WarmupCooldown(warmupSteps, cooldown).rate(learningRate, step, steps);
    }
}
