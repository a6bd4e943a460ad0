package org.sola.evaluate;

import java.util.Optional;

/**
 * The result of one expression.
 *
 * @param video id of its video
 * @param expression id of the expression in its video
 * @param text the sentence
 * @param kind its kind, "" where the data set does not say
 * @param hasTarget whether it means anything that is visible in the video
 * @param isPredicted whether there was a prediction; without one it counts 0
 * @param predictsNothing whether the predicted masks are empty in every frame
 * @param quality of the prediction
 * @param pool what the tracks allow, where they were given
 */
public record ExpressionResult(
        String video,
        String expression,
        String text,
        String kind,
        boolean hasTarget,
        boolean isPredicted,
        boolean predictsNothing,
        Quality quality,
        Optional<PoolQuality> pool) {}
