package org.sola.train.findtrack;

import java.util.List;
import org.sola.train.WarmupCooldown;

/**
 * How the small networks of FindTrack are trained; {@code configs/train/findtrack-nano.yaml}.
 *
 * @param seed of weights and scenes
 * @param segmenter the network that draws an expression's mask in one frame
 * @param aligner the network that says how well a mask and an expression fit
 * @param propagator the network that follows a mask through a video
 * @param schedule what all networks share
 */
public record FindTrackRecipe(
        long seed, Segmenter segmenter, Aligner aligner, Propagator propagator, Schedule schedule) {

    /**
     * The referring segmenter.
     *
     * @param steps optimiser steps, 0 leaves it out
     * @param start file whose fusion the training starts from, empty for none
     * @param patchSteps how many of these, at the beginning, teach the fusion alone
     * @param videos generated videos a step
     * @param videoFrames frames of each, of which expressions tell; fewer are drawn sooner
     * @param frames frames of each that the network sees
     * @param expressions expressions for each of these frames
     * @param richness times as many expressions as the demo set has for a video, from which they are drawn
     * @param wideShare share of the videos that are wider than high, 0..1
     * @param patchWeight weight of the patches' mask beside SAM's
     * @param pointWeight weight of the prompt's distance from SAM 2's own prompt of a point on the object
     * @param confidenceWeight weight of the predicted IoU's loss
     * @param learningRate largest learning rate
     */
    public record Segmenter(
            int steps,
            String start,
            int patchSteps,
            int videos,
            int videoFrames,
            int frames,
            int expressions,
            int richness,
            double wideShare,
            double patchWeight,
            double pointWeight,
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

    /**
     * The propagation network.
     *
     * @param start weights to start from, a safetensors file; empty starts from nothing
     * @param steps optimiser steps, 0 leaves it out
     * @param phases what its clips are like, one after the other
     * @param objects objects of a clip at most, which compete for its pixels
     * @param unitedShare share of the steps with one mask a clip, which may unite several objects, 0..1
     * @param hiddenShare share of the clips of three frames and more that lead through a spell in which an object is
     *     not seen, 0..1
     * @param deepShare share of the memorised frames after which the sensory memory is updated from the values too, 0..1
     * @param auxiliaryWeight weight of the losses of the object transformer's and the sensory memory's own masks
     * @param matchWeight weight of the loss of what keys match
     * @param learningRate largest learning rate
     */
    public record Propagator(
            String start,
            int steps,
            List<Phase> phases,
            int objects,
            double unitedShare,
            double hiddenShare,
            double deepShare,
            double auxiliaryWeight,
            double matchWeight,
            double learningRate) {
        public Propagator {
            phases = List.copyOf(phases);
            if (steps < 0 || objects < 1) {
                throw new IllegalArgumentException(
                        "propagator: objects are at least 1 and steps at least 0, not " + objects + " and " + steps);
            }
            double sum = phases.stream().mapToDouble(Phase::share).sum();
            if (Math.abs(sum - 1) > 1e-6) {
                throw new IllegalArgumentException(
                        "propagator: the shares of the phases sum to " + sum + ", expected 1");
            }
            requireShare("unitedShare", unitedShare);
            requireShare("hiddenShare", hiddenShare);
            requireShare("deepShare", deepShare);
        }

        /** That of a step, counted from 0. */
        Phase phase(int step) {
            double end = 0;
            for (var phase : phases) {
                end += phase.share() * steps;
                if (step < end) {
                    return phase;
                }
            }
            return phases.get(phases.size() - 1);
        }
    }

    /**
     * A part of the propagation network's training.
     *
     * @param share of its steps, 0..1
     * @param size side of the frames in pixels, a multiple of 16
     * @param clips clips a step, with as many frames and masks each
     * @param frames frames of each; the first one's masks are given
     */
    public record Phase(double share, int size, int clips, int frames) {
        private static final int MOST_FRAMES = 8; // the scenes that clips are cut from have 24, strides go to 3

        public Phase {
            requireShare("phases: share", share);
            if (size < 64 || size % 16 != 0) {
                throw new IllegalArgumentException(
                        "propagator: phases: size is " + size + ", expected a multiple of 16 from 64");
            }
            if (clips < 1 || frames < 2 || frames > MOST_FRAMES) {
                throw new IllegalArgumentException("propagator: phases: clips is at least 1 and frames 2 to "
                        + MOST_FRAMES + ", not " + clips + " and " + frames);
            }
        }
    }

    private static void requireShare(String field, double share) {
        if (!(share >= 0 && share <= 1)) {
            throw new IllegalArgumentException("propagator: " + field + " is " + share + ", expected 0 to 1");
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
