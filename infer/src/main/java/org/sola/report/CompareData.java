package org.sola.report;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.sola.dataset.ReferringDataset;
import org.sola.evaluate.Comparison;
import org.sola.evaluate.EvaluationResult;
import org.sola.infer.MethodCost;
import org.sola.infer.Submission;

/**
 * What a comparison's report shows.
 *
 * @param title its heading
 * @param facts what was compared on what
 * @param dataset the data set that was answered
 * @param a the first method
 * @param b the second
 * @param comparison of the two
 * @param sweep further methods, each compared with the first; empty for two
 */
public record CompareData(
        String title,
        Map<String, String> facts,
        ReferringDataset dataset,
        Method a,
        Method b,
        Comparison comparison,
        List<SweepRow> sweep) {
    public CompareData {
        facts = new LinkedHashMap<>(facts);
        sweep = List.copyOf(sweep);
    }

    /**
     * A folder of predictions.
     *
     * @param name what it is called
     * @param submission its masks
     * @param result its evaluation
     * @param cost what lies beside the masks
     */
    public record Method(String name, Submission submission, EvaluationResult result, Optional<MethodCost> cost) {}

    /**
     * A row of a sweep.
     *
     * @param method the predictions
     * @param summary compared with the first method; empty for that one
     * @param p Wilcoxon's, corrected by Holm over the sweep
     */
    public record SweepRow(Method method, Optional<Comparison.Summary> summary, double p) {}

    /** From how many expressions on one video the costs of the two change places; empty where they do not. */
    public Optional<Double> crossing() {
        if (a.cost().isEmpty() || b.cost().isEmpty()) {
            return Optional.empty();
        }
        double once = b.cost().get().secondsPerVideo() - a.cost().get().secondsPerVideo();
        double each = a.cost().get().secondsPerExpression() - b.cost().get().secondsPerExpression();
        double crossing = each == 0 ? -1 : once / each;
        return crossing > 0 ? Optional.of(crossing) : Optional.empty();
    }
}
