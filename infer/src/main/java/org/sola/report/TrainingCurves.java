package org.sola.report;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import java.util.regex.Pattern;

/**
 * The curves of a training log: losses in one chart, shares (accuracy, precision, recall, F1) in another, and the F1 of
 * each kind of expression in a third.
 */
final class TrainingCurves {
    private static final Pattern LOSS = Pattern.compile(".*(loss|bce).*");
    private static final Pattern SHARE = Pattern.compile(".*(accuracy|precision|recall|f1|iou).*");
    private static final String KIND = "expression_f1_";

    private TrainingCurves() {}

    static List<byte[]> of(Path log) throws IOException {
        var charts = new ArrayList<byte[]>();
        if (Files.isRegularFile(log)) {
            Predicate<String> isKind = name -> name.startsWith(KIND);
            add(charts, log, LOSS.asMatchPredicate(), "loss");
            add(charts, log, SHARE.asMatchPredicate().and(isKind.negate()), "share");
            add(charts, log, isKind, "F1 of expressions");
        }
        return charts;
    }

    private static void add(List<byte[]> charts, Path log, Predicate<String> columns, String title) throws IOException {
        var chart = Charts.training(log, columns, KIND, title);
        if (chart.length > 0) {
            charts.add(chart);
        }
    }
}
