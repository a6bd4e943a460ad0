package org.sola.cutie;

import ai.djl.ndarray.NDArray;

/**
 * Logits of a frame's objects, and what the sensory memory is updated from. N objects, H x W the padded frame.
 *
 * @param logits (N, 1, H/4, W/4), each object for itself
 * @param p8 (N, decoderDims[1], H/8, W/8)
 * @param p4 (N, decoderDims[2], H/4, W/4)
 */
public record DrawnMasks(NDArray logits, NDArray p8, NDArray p4) {}
