package org.sola.metric;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What A2D-Sentences and JHMDB-Sentences report, over the highest-scored mask of each sample (ReferFormer's evaluation).
 *
 * @param precisionAt share of the samples whose IoU is above .5, .6, .7, .8 and .9, by threshold
 * @param overallIou sum of all intersections over sum of all unions
 * @param meanIou mean of the samples' IoU
 * @param averagePrecision COCO's, over every scored mask
 */
public record SentenceMetrics(
        Map<Double, Double> precisionAt, double overallIou, double meanIou, AveragePrecision averagePrecision) {
    private static final List<Double> THRESHOLDS = List.of(0.5, 0.6, 0.7, 0.8, 0.9);
    private static final float EPSILON = 1e-6f;

    public SentenceMetrics {
        precisionAt = java.util.Collections.unmodifiableMap(new TreeMap<>(precisionAt));
    }

    /** The overlap of a sample's best mask: pixels, and their ratio in float32 with 1e-6 added to both. */
    public record Overlap(long intersection, long union, double iou) {
        public static Overlap of(ScoredSample sample) {
            var best = sample.best();
            long common = best.intersectionPixels(sample.truth());
            long union = best.areaPixels() + sample.truth().areaPixels() - common;
            return new Overlap(common, union, (common + EPSILON) / (union + EPSILON));
        }
    }

    /** Of at least one sample. */
    public static SentenceMetrics of(List<ScoredSample> samples) {
        if (samples.isEmpty()) {
            throw new IllegalArgumentException("no sample to score");
        }
        var overlaps = samples.parallelStream().map(Overlap::of).toList();
        var precisionAt = new TreeMap<Double, Double>();
        for (double threshold : THRESHOLDS) {
            long above =
                    overlaps.stream().filter(each -> each.iou() > threshold).count();
            precisionAt.put(threshold, (double) above / samples.size());
        }
        long common = overlaps.stream().mapToLong(Overlap::intersection).sum();
        long union = overlaps.stream().mapToLong(Overlap::union).sum();
        return new SentenceMetrics(
                precisionAt,
                union == 0 ? 0 : (double) common / union,
                overlaps.stream().mapToDouble(Overlap::iou).average().orElseThrow(),
                AveragePrecision.of(samples));
    }
}
