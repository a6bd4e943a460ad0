package org.sola.train.selector;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;

/**
 * How well tracks were selected on a validation split: counts over all pairs of track and expression, and the F1 of each
 * expression's selection.
 */
public final class SelectionMetrics {
    private static final double TINY = 1e-6; // in the denominators, as the official code

    private final Map<String, double[]> kinds = new TreeMap<>(); // sum of F1, expressions
    private double loss;
    private long expressions;
    private long truePositives;
    private long falsePositives;
    private long falseNegatives;
    private long trueNegatives;
    private double expressionF1;

    /** Takes a batch's mean loss over {@code count} expressions. */
    void addLoss(double mean, int count) {
        loss += mean * count;
    }

    /** Takes one expression: logits and labels of its tracks from {@code offset} on. */
    void add(String kind, float[] scores, float[] labels, int offset, int tracks) {
        long tp = 0;
        long fp = 0;
        long fn = 0;
        for (int i = offset; i < offset + tracks; i++) {
            boolean isSelected = scores[i] > 0; // sigmoid above one half
            boolean isMeant = labels[i] == 1;
            tp += isSelected && isMeant ? 1 : 0;
            fp += isSelected && !isMeant ? 1 : 0;
            fn += !isSelected && isMeant ? 1 : 0;
        }
        truePositives += tp;
        falsePositives += fp;
        falseNegatives += fn;
        trueNegatives += tracks - tp - fp - fn;
        double f1 = tp + fp + fn == 0 ? 1 : 2.0 * tp / (2.0 * tp + fp + fn);
        expressionF1 += f1;
        expressions++;
        if (!kind.isEmpty()) {
            var sums = kinds.computeIfAbsent(kind, k -> new double[2]);
            sums[0] += f1;
            sums[1]++;
        }
    }

    /** Mean loss of an expression. */
    public double loss() {
        return loss / expressions;
    }

    public double accuracy() {
        return (truePositives + trueNegatives)
                / (truePositives + trueNegatives + falsePositives + falseNegatives + TINY);
    }

    public double precision() {
        return truePositives / (truePositives + falsePositives + TINY);
    }

    public double recall() {
        return truePositives / (truePositives + falseNegatives + TINY);
    }

    public double f1() {
        return 2 * precision() * recall() / (precision() + recall() + TINY);
    }

    /** Mean over expressions of the F1 of the selected tracks; 1 when nothing is meant and nothing selected. */
    public double expressionF1() {
        return expressionF1 / expressions;
    }

    /** {@link #expressionF1} of each kind of expression. */
    public Map<String, Double> kinds() {
        var means = new TreeMap<String, Double>();
        kinds.forEach((kind, sums) -> means.put(kind, sums[0] / sums[1]));
        return Collections.unmodifiableMap(means);
    }

    /** Every figure under its column name. */
    public Map<String, Double> values() {
        var values = new LinkedHashMap<String, Double>();
        values.put("valid_loss", loss());
        values.put("accuracy", accuracy());
        values.put("precision", precision());
        values.put("recall", recall());
        values.put("f1", f1());
        values.put("expression_f1", expressionF1());
        kinds().forEach((kind, value) -> values.put("expression_f1_" + kind, value));
        return values;
    }
}
