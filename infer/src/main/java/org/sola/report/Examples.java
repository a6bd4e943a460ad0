package org.sola.report;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.sola.evaluate.EvaluationResult;
import org.sola.evaluate.ExpressionResult;

/** Which expressions a report shows: some that went well and those where most was lost, of every kind in turn. */
final class Examples {
    private Examples() {}

    /** The best answered, kinds in turn, at most one a video. */
    static List<ExpressionResult> good(EvaluationResult result, int count) {
        return pick(result, Comparator.comparingDouble(row -> -row.quality().combined()), count, 0.7499, 1.01);
    }

    /** Those furthest below the best selection (or below 100 where the tracks are not known). */
    static List<ExpressionResult> bad(EvaluationResult result, int count) {
        return pick(result, Comparator.comparingDouble(row -> -lost(row)), count, -0.01, 0.75);
    }

    private static double lost(ExpressionResult row) {
        double reachable = row.pool().map(pool -> pool.oracle().combined()).orElse(1.0);
        return reachable - row.quality().combined();
    }

    private static List<ExpressionResult> pick(
            EvaluationResult result, Comparator<ExpressionResult> order, int count, double above, double below) {
        var queues = new ArrayList<List<ExpressionResult>>();
        var kinds = result.kinds().isEmpty() ? Map.of("", result.rows()) : result.kinds();
        for (var rows : kinds.values()) {
            var queue = new ArrayList<>(rows.stream()
                    .filter(row ->
                            row.quality().combined() > above && row.quality().combined() < below)
                    .toList());
            queue.sort(order);
            queues.add(queue);
        }
        var picked = new ArrayList<ExpressionResult>();
        var perVideo = new HashMap<String, Integer>();
        for (boolean found = true; found && picked.size() < count; ) {
            found = false;
            for (var queue : queues) {
                var next = queue.stream()
                        .filter(row -> !perVideo.containsKey(row.video()))
                        .findFirst();
                if (next.isPresent() && picked.size() < count) {
                    picked.add(next.get());
                    perVideo.merge(next.get().video(), 1, Integer::sum);
                    found = true;
                }
            }
        }
        return picked;
    }
}
