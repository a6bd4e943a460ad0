package org.sola.metric;

import org.sola.tensor.FormulaWeights;

/**
 * The random numbers of a comparison, the same on every machine: which video a bootstrap resample draws, and which sign
 * a round of the sign-flip test gives a video.
 *
 * @param videos how many videos there are
 * @param seed another seed gives other draws
 */
public record Resampling(int videos, long seed) {
    public Resampling {
        if (videos < 1) {
            throw new IllegalArgumentException("no video to draw from");
        }
    }

    /** The video that resample {@code resample} draws in place {@code draw}, from 0. */
    public int video(int resample, int draw) {
        long bits = FormulaWeights.bits("bootstrap", (long) resample * videos + draw, seed);
        return (int) (videos * ((bits >>> 11) * 0x1p-53));
    }

    /** The sign of a video in a round: 1 or -1. */
    public int sign(int round, int video) {
        return FormulaWeights.bits("signflip", (long) round * videos + video, seed) < 0 ? -1 : 1;
    }
}
