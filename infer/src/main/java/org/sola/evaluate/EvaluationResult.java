package org.sola.evaluate;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.TreeMap;
import java.util.function.Function;
import org.sola.file.AtomicFile;

/**
 * The result of a data set: one row an expression, in the data set's order. Every mean is a plain mean over expressions.
 *
 * @param rows the expressions that were scored
 * @param coverage of the annotated objects by the tracks, where tracks were given
 * @param failures videos or expressions that could not be scored, each with its reason; they are in no mean
 */
public record EvaluationResult(List<ExpressionResult> rows, Optional<TrackCoverage> coverage, List<String> failures) {
    public EvaluationResult {
        rows = List.copyOf(rows);
        failures = List.copyOf(failures);
    }

    public Quality overall() {
        return Quality.mean(rows.stream().map(ExpressionResult::quality).toList());
    }

    /** The rows of each kind, by name; without an entry for expressions whose kind is not known. */
    public Map<String, List<ExpressionResult>> kinds() {
        var kinds = new TreeMap<String, List<ExpressionResult>>();
        for (var row : rows) {
            if (!row.kind().isEmpty()) {
                kinds.computeIfAbsent(row.kind(), key -> new ArrayList<>()).add(row);
            }
        }
        return kinds;
    }

    /** The rows of each video in the data set's order. */
    public Map<String, List<ExpressionResult>> videos() {
        var videos = new LinkedHashMap<String, List<ExpressionResult>>();
        for (var row : rows) {
            videos.computeIfAbsent(row.video(), key -> new ArrayList<>()).add(row);
        }
        return videos;
    }

    /** Share of the expressions without a target that were answered with nothing at all; empty when there is none. */
    public OptionalDouble noTargetAccuracy() {
        return rows.stream()
                .filter(row -> !row.hasTarget())
                .mapToDouble(row -> row.isPredicted() && row.predictsNothing() ? 1 : 0)
                .average();
    }

    /** Expressions that have no prediction; they count 0. */
    public List<ExpressionResult> missing() {
        return rows.stream().filter(row -> !row.isPredicted()).toList();
    }

    public boolean hasPool() {
        return rows.stream().anyMatch(row -> row.pool().isPresent());
    }

    /** The mean of one of the pool's rows over the given expressions. */
    public static Quality poolMean(List<ExpressionResult> rows, Function<PoolQuality, Quality> which) {
        return Quality.mean(
                rows.stream().flatMap(row -> row.pool().stream()).map(which).toList());
    }

    /** The document that {@code sola eval --json} prints. */
    public Map<String, Object> document() {
        var document = new LinkedHashMap<String, Object>();
        document.put("overall", overall().percentages());
        document.put("kinds", grouped(kinds()));
        document.put("videos", grouped(videos()));
        document.put("n", rows.size());
        noTargetAccuracy().ifPresent(share -> document.put("no_target_accuracy", Quality.percent(share)));
        document.put(
                "missing",
                missing().stream()
                        .map(row -> row.video() + "/" + row.expression())
                        .toList());
        document.put("failed", failures);
        coverage.ifPresent(tracks -> {
            document.put("track_recall", tracks.recall());
            document.put("occlusions", tracks.occlusions());
            document.put("occlusions_survived", tracks.survived());
        });
        if (hasPool()) {
            document.put("oracle", poolMean(rows, PoolQuality::oracle).percentages());
            document.put("all_tracks", poolMean(rows, PoolQuality::allTracks).percentages());
            document.put("random", poolMean(rows, PoolQuality::random).percentages());
        }
        return document;
    }

    private Map<String, Object> grouped(Map<String, List<ExpressionResult>> groups) {
        var document = new LinkedHashMap<String, Object>();
        groups.forEach((name, members) -> {
            var values = Quality.mean(
                            members.stream().map(ExpressionResult::quality).toList())
                    .percentages();
            values.put("n", members.size());
            if (hasPool()) {
                values.put("oracle", poolMean(members, PoolQuality::oracle).percentages());
                values.put(
                        "all_tracks", poolMean(members, PoolQuality::allTracks).percentages());
                values.put("random", poolMean(members, PoolQuality::random).percentages());
            }
            document.put(name, values);
        });
        return document;
    }

    /** One line an expression, so that anyone can recompute every mean. */
    public void writeCsv(Path file) throws IOException {
        AtomicFile.write(file, out -> {
            var text = new StringBuilder(
                    "video,expression,kind,target,predicted,J,F,JF,oracle_JF,all_JF,random_JF,text\n");
            for (var row : rows) {
                text.append(String.join(
                                ",",
                                quoted(row.video()),
                                quoted(row.expression()),
                                quoted(row.kind()),
                                row.hasTarget() ? "1" : "0",
                                row.isPredicted() ? "1" : "0",
                                number(row.quality().regionSimilarity()),
                                number(row.quality().boundaryAccuracy()),
                                number(row.quality().combined()),
                                row.pool()
                                        .map(pool -> number(pool.oracle().combined()))
                                        .orElse(""),
                                row.pool()
                                        .map(pool -> number(pool.allTracks().combined()))
                                        .orElse(""),
                                row.pool()
                                        .map(pool -> number(pool.random().combined()))
                                        .orElse(""),
                                quoted(row.text())))
                        .append('\n');
            }
            out.write(text.toString().getBytes(StandardCharsets.UTF_8));
        });
    }

    private static String number(double share) {
        return String.format(Locale.ROOT, "%.4f", share * 100);
    }

    private static String quoted(String text) {
        return text.matches("[A-Za-z0-9_ .-]*") ? text : '"' + text.replace("\"", "\"\"") + '"';
    }
}
