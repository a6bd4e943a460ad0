package org.sola.evfsam;

import ai.djl.ndarray.NDArray;

/**
 * What is drawn for E prompts.
 *
 * @param masks (E, 1, m, m), logits
 * @param ious (E, 1), how well each mask is expected to fit, about 0..1
 */
public record DrawnMask(NDArray masks, NDArray ious) {}
