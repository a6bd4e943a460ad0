package org.sola.train.selector;

import java.util.ArrayList;
import java.util.List;

/** How many of an expression's objects are found by a selection of tracks, as the official code logs it. */
public final class TrackRecall {
    private TrackRecall() {}

    /**
     * Per object the share of its labelled tracks with a score above 0; objects without a labelled track are left out.
     *
     * @param objects the expression's objects
     * @param scores a logit a track
     * @param labels 0 or 1 a track
     * @param matched the object that each track is matched to
     */
    public static List<Double> perObject(List<String> objects, float[] scores, float[] labels, List<String> matched) {
        List<Double> recall = new ArrayList<>();
        for (var object : objects) {
            int found = 0;
            int all = 0;
            for (int i = 0; i < scores.length; i++) {
                if (labels[i] == 1 && matched.get(i).equals(object)) {
                    all++;
                    found += scores[i] > 0 ? 1 : 0;
                }
            }
            if (all > 0) {
                recall.add((double) found / all);
            }
        }
        return recall;
    }

    /** The share of the expression's objects with a selected labelled track; an object without any is missed. */
    public static double perExpression(List<String> objects, float[] scores, float[] labels, List<String> matched) {
        long found = objects.stream()
                .filter(object -> {
                    var share = perObject(List.of(object), scores, labels, matched);
                    return !share.isEmpty() && share.get(0) > 0;
                })
                .count();
        return (double) found / objects.size();
    }
}
