package org.sola.train.findtrack;

import ai.djl.ndarray.NDArray;
import java.util.List;

/**
 * What a training step found.
 *
 * @param loss to be minimised, a scalar
 * @param figures what the log tells beside the loss
 */
record StepResult(NDArray loss, List<Figure> figures) {
    StepResult {
        figures = List.copyOf(figures);
    }

    /**
     * A mean over some of a step's expressions.
     *
     * @param name word in the log
     * @param sum over these expressions, a scalar
     * @param count how many they are, 0 and more
     */
    record Figure(String name, NDArray sum, double count) {}
}
