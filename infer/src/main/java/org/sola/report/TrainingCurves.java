package org.sola.report;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The curves of a training log: losses in one chart, shares (accuracy, precision, recall, F1) in another. */
final class TrainingCurves {
    private TrainingCurves() {}

    static List<byte[]> of(Path log) throws IOException {
        var charts = new ArrayList<byte[]>();
        if (Files.isRegularFile(log)) {
            var lines = Files.readAllLines(log);
            var header =
                    lines.isEmpty() ? List.<String>of() : List.of(lines.get(0).split(","));
            add(
                    charts,
                    log,
                    header.stream()
                            .filter(name -> name.contains("loss") || name.contains("bce"))
                            .toList(),
                    "loss");
            add(
                    charts,
                    log,
                    header.stream()
                            .filter(name -> name.matches(".*(accuracy|precision|recall|f1|iou).*"))
                            .toList(),
                    "share");
        }
        return charts;
    }

    private static void add(List<byte[]> charts, Path log, List<String> columns, String title) throws IOException {
        if (!columns.isEmpty()) {
            var chart = Charts.training(log, columns, title);
            if (chart.length > 0) {
                charts.add(chart);
            }
        }
    }
}
