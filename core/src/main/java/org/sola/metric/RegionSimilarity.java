package org.sola.metric;

import org.sola.mask.Mask;

/** J of DAVIS: intersection over union of two masks, 1 when both are empty. */
public final class RegionSimilarity {
    private RegionSimilarity() {}

    /** J of one frame in 0..1. */
    public static double of(Mask prediction, Mask truth) {
        return prediction.iou(truth);
    }
}
