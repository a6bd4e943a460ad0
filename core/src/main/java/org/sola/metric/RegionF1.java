package org.sola.metric;

import java.util.List;
import org.sola.mask.Mask;

/** The region F1 of a clip, which SOLA's code reports as F: Dice over the pixels of all frames together. */
public final class RegionF1 {
    private RegionF1() {}

    /** 2PR / (P + R) in 0..1; 0 when nothing overlaps, two empty clips included. */
    public static double of(List<Mask> prediction, List<Mask> truth) {
        if (prediction.size() != truth.size()) {
            throw new IllegalArgumentException(prediction.size() + " predicted frames, " + truth.size() + " true ones");
        }
        long common = 0;
        long predicted = 0;
        long actual = 0;
        for (int t = 0; t < truth.size(); t++) {
            common += prediction.get(t).intersectionPixels(truth.get(t));
            predicted += prediction.get(t).areaPixels();
            actual += truth.get(t).areaPixels();
        }
        return common == 0 ? 0 : 2.0 * common / (predicted + actual);
    }
}
