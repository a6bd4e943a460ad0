package org.sola.cli;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.sola.evaluate.Comparison;
import org.sola.file.AtomicFile;
import org.sola.infer.MethodCost;
import org.sola.report.CompareData;

/** A comparison as lines of a table, as JSON and as CSV. */
final class CompareText {
    private static final int[] CURVE = {1, 2, 4, 8, 16, 32};

    private CompareText() {}

    static List<String> lines(CompareData data) {
        var lines = new ArrayList<String>();
        int width =
                Math.max(12, Math.max(data.a().name().length(), data.b().name().length()));
        lines.add(String.format(
                Locale.ROOT,
                "%-12s %6s  %" + width + "s  %" + width + "s  %10s  %-16s %9s  %s",
                "kind",
                "n",
                data.a().name(),
                data.b().name(),
                "difference",
                "95 % interval",
                "Wilcoxon",
                "wins / ties / losses"));
        data.comparison().kinds().forEach((kind, summary) -> lines.add(line(kind, summary, width)));
        lines.add(line("overall", data.comparison().overall(), width));
        cost(data.a()).ifPresent(lines::add);
        cost(data.b()).ifPresent(lines::add);
        data.crossing()
                .ifPresent(at -> lines.add(
                        String.format(Locale.ROOT, "the two cost the same at %.1f expressions on one video", at)));
        for (var row : data.sweep()) {
            row.summary()
                    .ifPresent(summary -> lines.add(String.format(
                            Locale.ROOT,
                            "%s: J&F %.2f, %+.2f against %s (%+.2f to %+.2f), p %.4f (Holm)",
                            row.method().name(),
                            summary.b().combined() * 100,
                            summary.paired().difference() * 100,
                            data.a().name(),
                            summary.paired().intervalDifference().low() * 100,
                            summary.paired().intervalDifference().high() * 100,
                            row.p())));
        }
        return lines;
    }

    private static String line(String kind, Comparison.Summary summary, int width) {
        var paired = summary.paired();
        return String.format(
                Locale.ROOT,
                "%-12s %6d  %" + width + ".2f  %" + width + ".2f  %+10.2f  %-16s %9.4f  %d / %d / %d",
                kind,
                summary.expressions(),
                summary.a().combined() * 100,
                summary.b().combined() * 100,
                paired.difference() * 100,
                String.format(
                        Locale.ROOT,
                        "%+.2f to %+.2f",
                        paired.intervalDifference().low() * 100,
                        paired.intervalDifference().high() * 100),
                summary.wilcoxon(),
                paired.winsB(),
                paired.ties(),
                paired.winsA());
    }

    private static Optional<String> cost(CompareData.Method method) {
        return method.cost()
                .map(cost -> String.format(
                        Locale.ROOT,
                        "%s: %.2f s once a video, %.3f s an expression, %d image encodings, cache %.1f MB",
                        method.name(),
                        cost.secondsPerVideo(),
                        cost.secondsPerExpression(),
                        cost.once().encoderCalls(),
                        cost.once().cacheBytes() / 1e6));
    }

    /** The document of {@code sola compare --json}. */
    static Map<String, Object> document(CompareData data) {
        var all = data.comparison().overall();
        var document = new LinkedHashMap<String, Object>();
        document.put("a", side(data.a(), all.first()));
        document.put("b", side(data.b(), all.second()));
        document.put("difference", all.difference());
        document.put("wins", all.paired().winsB());
        document.put("ties", all.paired().ties());
        document.put("losses", all.paired().winsA());
        document.put("n", all.expressions());
        document.put("videos", all.videos());
        var kinds = new LinkedHashMap<String, Object>();
        data.comparison().kinds().forEach((kind, summary) -> kinds.put(kind, kind(summary)));
        document.put("kinds", kinds);
        document.put("cost", cost(data));
        if (!data.sweep().isEmpty()) {
            document.put("sweep", data.sweep().stream().map(CompareText::sweep).toList());
        }
        document.put("not_compared", data.comparison().problems());
        return document;
    }

    private static Map<String, Object> side(CompareData.Method method, Map<String, Object> figures) {
        var side = new LinkedHashMap<String, Object>();
        side.put("name", method.name());
        side.putAll(figures);
        return side;
    }

    private static Map<String, Object> kind(Comparison.Summary summary) {
        var kind = new LinkedHashMap<String, Object>();
        kind.put("a", summary.first());
        kind.put("b", summary.second());
        kind.put("difference", summary.difference());
        kind.put("wins", summary.paired().winsB());
        kind.put("ties", summary.paired().ties());
        kind.put("losses", summary.paired().winsA());
        kind.put("n", summary.expressions());
        return kind;
    }

    private static Map<String, Object> cost(CompareData data) {
        var cost = new LinkedHashMap<String, Object>();
        cost.put("a", data.a().cost().map(MethodCost::document).orElse(Map.of()));
        cost.put("b", data.b().cost().map(MethodCost::document).orElse(Map.of()));
        var curve = new ArrayList<Map<String, Object>>();
        for (int expressions : CURVE) {
            var point = new LinkedHashMap<String, Object>();
            point.put("expressions", expressions);
            data.a().cost().ifPresent(own -> point.put("a", own.secondsFor(expressions)));
            data.b().cost().ifPresent(own -> point.put("b", own.secondsFor(expressions)));
            curve.add(point);
        }
        cost.put("curve", curve);
        data.crossing().ifPresent(at -> cost.put("crossing", at));
        return cost;
    }

    private static Map<String, Object> sweep(CompareData.SweepRow row) {
        var entry = new LinkedHashMap<String, Object>();
        entry.put("name", row.method().name());
        if (row.summary().isPresent()) {
            var summary = row.summary().get();
            entry.putAll(summary.second());
            entry.put("difference", summary.difference());
            entry.put("p_holm", row.p());
            entry.put("n", summary.expressions());
        } else {
            entry.putAll(row.method().result().overall().percentages());
        }
        row.method().cost().ifPresent(cost -> entry.put("cost", cost.document()));
        return entry;
    }

    /** One row an expression and method, so that anyone can recompute every figure. */
    static void writeCsv(List<CompareData.Method> methods, Path file) throws IOException {
        var text = new StringBuilder("method,video,expression,kind,predicted,J,F,JF\n");
        for (var method : methods) {
            for (var row : method.result().rows()) {
                text.append(String.join(
                                ",",
                                quoted(method.name()),
                                quoted(row.video()),
                                quoted(row.expression()),
                                quoted(row.kind()),
                                row.isPredicted() ? "1" : "0",
                                number(row.quality().regionSimilarity()),
                                number(row.quality().boundaryAccuracy()),
                                number(row.quality().combined())))
                        .append('\n');
            }
        }
        AtomicFile.write(file, stream -> stream.write(text.toString().getBytes(StandardCharsets.UTF_8)));
    }

    private static String number(double share) {
        return String.format(Locale.ROOT, "%.6f", share);
    }

    private static String quoted(String text) {
        return text.matches("[A-Za-z0-9_ .()-]*") ? text : '"' + text.replace("\"", "\"\"") + '"';
    }
}
