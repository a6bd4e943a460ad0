package org.sola.evaluate;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.sola.mask.Rle;
import org.sola.metric.BoundaryAccuracy;
import org.sola.metric.RegionSimilarity;

/**
 * How well masks fit the truth over a whole clip, each value in 0..1.
 *
 * @param regionSimilarity J, the mean IoU over all frames; a frame where both are empty counts 1
 * @param boundaryAccuracy F, the mean boundary accuracy over all frames
 */
public record Quality(double regionSimilarity, double boundaryAccuracy) {
    /** The worst there is: what a missing prediction counts. */
    public static final Quality ZERO = new Quality(0, 0);

    private static final Quality PERFECT = new Quality(1, 1);

    /** J&amp;F, the mean of both. */
    public double combined() {
        return (regionSimilarity + boundaryAccuracy) / 2;
    }

    /** The plain mean over frames; both lists hold one mask a frame, all of one size. */
    public static Quality of(List<Rle> prediction, List<Rle> truth) {
        if (prediction.size() != truth.size()) {
            throw new IllegalArgumentException(
                    "a prediction of " + prediction.size() + " frames for a clip of " + truth.size());
        }
        double region = 0;
        double boundary = 0;
        for (int t = 0; t < truth.size(); t++) {
            var frame = ofFrame(prediction.get(t), truth.get(t));
            region += frame.regionSimilarity;
            boundary += frame.boundaryAccuracy;
        }
        return truth.isEmpty() ? ZERO : new Quality(region / truth.size(), boundary / truth.size());
    }

    private static Quality ofFrame(Rle prediction, Rle truth) {
        if (prediction.equals(truth)) {
            return PERFECT;
        }
        var predicted = prediction.decode();
        var actual = truth.decode();
        return new Quality(RegionSimilarity.of(predicted, actual), BoundaryAccuracy.of(predicted, actual));
    }

    /** The mean of many; zero of none. */
    public static Quality mean(Collection<Quality> all) {
        double region = 0;
        double boundary = 0;
        for (var each : all) {
            region += each.regionSimilarity;
            boundary += each.boundaryAccuracy;
        }
        return all.isEmpty() ? ZERO : new Quality(region / all.size(), boundary / all.size());
    }

    /** J, F and JF as percentages, as scripts read them. */
    public Map<String, Object> percentages() {
        var values = new LinkedHashMap<String, Object>();
        values.put("J", percent(regionSimilarity));
        values.put("F", percent(boundaryAccuracy));
        values.put("JF", percent(combined()));
        return values;
    }

    /** 0..1 as a percentage of four decimals. */
    static BigDecimal percent(double share) {
        return BigDecimal.valueOf(share * 100).setScale(4, RoundingMode.HALF_UP);
    }
}
