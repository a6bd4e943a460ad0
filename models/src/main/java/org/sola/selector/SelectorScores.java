package org.sola.selector;

import ai.djl.ndarray.NDArray;

/**
 * What a selector says of N tracks for E expressions.
 *
 * @param scores (E, N) logits; a track is selected above 0, which is a probability above 0.5
 * @param tokens (E, N, D) the tracks' representatives, for the alignment loss
 */
public record SelectorScores(NDArray scores, NDArray tokens) {}
