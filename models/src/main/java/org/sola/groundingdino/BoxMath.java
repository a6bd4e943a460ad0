package org.sola.groundingdino;

import ai.djl.ndarray.NDArray;
import ai.djl.nn.Activation;

/** Boxes in 0..1 and their logits. */
final class BoxMath {
    /** The official code clamps here; other ports clamp at 1e-5, which moves boxes by up to 3e-4. */
    private static final float LEAST = 1e-3f;

    private BoxMath() {}

    /** log(x / (1 - x)), both clamped from below. */
    static NDArray logit(NDArray x) {
        var unit = x.clip(0, 1);
        return unit.maximum(LEAST).div(unit.neg().add(1).maximum(LEAST)).log();
    }

    static NDArray refine(NDArray change, NDArray boxes) {
        return Activation.sigmoid(change.add(logit(boxes)));
    }
}
