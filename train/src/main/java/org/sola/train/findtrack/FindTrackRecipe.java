package org.sola.train.findtrack;

import org.sola.train.WarmupCooldown;

/**
 * How the small networks of FindTrack are trained; {@code configs/train/findtrack-nano.yaml}.
 *
 * @param seed of weights and scenes
 * @param segmenter the network that draws an expression's mask in one frame
 * @param aligner the network that says how well a mask and an expression fit
 * @param schedule what all networks share
 */
public record FindTrackRecipe(long seed, Segmenter segmenter, Aligner aligner, Schedule schedule) {

    /**
     * The referring segmenter.
     *
     * @param steps optimiser steps, 0 leaves it out
     * @param videos generated videos a step
     * @param videoFrames frames of each, of which expressions tell; fewer are drawn sooner
     * @param frames frames of each that the network sees
     * @param expressions expressions for each of these frames
     * @param richness times as many expressions as the demo set has for a video, from which they are drawn
     * @param wideShare share of the videos that are wider than high, 0..1
     * @param confidenceWeight weight of the predicted IoU's loss beside the mask's
     * @param learningRate largest learning rate
     */
    public record Segmenter(
            int steps,
            int videos,
            int videoFrames,
            int frames,
            int expressions,
            int richness,
            double wideShare,
            double confidenceWeight,
            double learningRate) {
        public Segmenter {
            requireCounts("segmenter", steps, videos, videoFrames, frames, expressions, richness);
            if (!(wideShare >= 0 && wideShare <= 1)) {
                throw new IllegalArgumentException("segmenter: wideShare is " + wideShare + ", expected 0 to 1");
            }
        }
    }

    /**
     * The alignment model.
     *
     * @param steps optimiser steps, 0 leaves it out
     * @param videos generated videos a step; masks and expressions are told apart within each
     * @param videoFrames frames of each, of which expressions tell; fewer are drawn sooner
     * @param frames frames of each whose masks the network sees
     * @param expressions expressions of each at most
     * @param richness times as many expressions as the demo set has for a video, from which they are drawn
     * @param learningRate largest learning rate
     */
    public record Aligner(
            int steps, int videos, int videoFrames, int frames, int expressions, int richness, double learningRate) {
        public Aligner {
            requireCounts("aligner", steps, videos, videoFrames, frames, expressions, richness);
            if (expressions < 2) {
                throw new IllegalArgumentException("aligner: expressions is 1, expected at least 2 to tell apart");
            }
        }
    }

    private static void requireCounts(
            String network, int steps, int videos, int videoFrames, int frames, int expressions, int richness) {
        if (steps < 0 || videos < 1 || videoFrames < 2 || expressions < 1 || richness < 1) {
            throw new IllegalArgumentException(network
                    + ": videos, expressions and richness are at least 1, videoFrames 2 and steps 0, not " + videos
                    + ", " + expressions + ", " + richness + ", " + videoFrames + " and " + steps);
        }
        if (frames < 1 || frames > videoFrames) {
            throw new IllegalArgumentException(
                    network + ": frames is " + frames + ", expected 1 to videoFrames (" + videoFrames + ")");
        }
    }

    /**
     * What all networks share.
     *
     * @param warmupSteps steps over which the learning rate rises
     * @param cooldown share of the steps, at their end, over which it falls to a twentieth
     * @param weightDecay AdamW's
     * @param clipNorm largest global norm of the gradients
     * @param averageDecay of the moving average of the weights, which is what ships
     * @param checkpointSteps steps between checkpoints
     */
    public record Schedule(
            int warmupSteps,
            double cooldown,
            double weightDecay,
            double clipNorm,
            double averageDecay,
            int checkpointSteps) {
        public Schedule {
            if (warmupSteps < 1 || checkpointSteps < 1 || !(cooldown >= 0 && cooldown <= 1)) {
                throw new IllegalArgumentException(
                        "schedule: warmupSteps and checkpointSteps are at least 1 and cooldown a share, not "
                                + warmupSteps + ", " + checkpointSteps + ", " + cooldown);
            }
        }

        /** Of a step, counted from 0. */
        double learningRate(double largest, int step, int steps) {
            return new WarmupCooldown(warmupSteps, cooldown).rate(largest, step, steps);
        }
    }
}
