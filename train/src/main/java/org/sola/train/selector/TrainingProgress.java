package org.sola.train.selector;

import java.util.Map;

/** Hears how a training goes on; methods are called on the training thread. */
public interface TrainingProgress {
    /** Hears nothing. */
    TrainingProgress NONE = new TrainingProgress() {};

    /**
     * Before the first step: {@code without} of the training expressions have no track above the label threshold, so
     * they can only teach what not to take; {@code first} names one.
     */
    default void unreachable(int without, int expressions, String first) {}

    /** Before the first step; {@code epoch} is 0, or where an earlier run stopped. */
    default void begun(int epoch, int epochs, int stepsPerEpoch, long parameters) {}

    /** After each step, {@code step} counted from 1 within the epoch. */
    default void step(int epoch, int step, int stepsPerEpoch, double loss) {}

    /** After each epoch, with the figures of the metrics file. */
    default void epoch(int epoch, int epochs, Map<String, Double> figures, boolean isBest) {}
}
