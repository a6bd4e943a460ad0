package org.sola.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.sola.evaluate.EvaluationResult;
import org.sola.evaluate.ExpressionResult;
import org.sola.evaluate.PoolQuality;
import org.sola.evaluate.PromptRecall;
import org.sola.evaluate.Quality;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code sola eval}: predictions against the truth. */
@Command(
        name = "eval",
        description = {
            "J, F and J&F of predictions: per expression, video, kind and data set.",
            "With --cache also what the tracks allow: the best selection, all tracks, a random one.",
            "With --prompts also what tracks of other prompts find and cost."
        },
        footer = {
            "",
            "Examples:",
            "  sola eval --data demo/valid --pred predictions",
            "  sola eval --data demo/valid --pred predictions --cache cache/valid --csv rows.csv --json",
            "  sola eval --data demo/valid --pred predictions --cache cache/both --prompts cache/grid --prompts cache/boxes"
        })
final class EvalCommand extends SolaCommand {
    @Mixin
    private EvaluationOptions options;

    @Option(names = "--csv", paramLabel = "FILE", description = "Also write one row an expression to this file.")
    private Optional<Path> csv;

    @Override
    int run(Console console) throws IOException, InterruptedException {
        var result = options.evaluate(console);
        if (csv.isPresent()) {
            result.writeCsv(csv.get());
            console.say("wrote " + csv.get());
        }
        table(result).forEach(console::result);
        var document = new LinkedHashMap<>(result.document());
        var prompts = options.prompts();
        if (!prompts.isEmpty()) {
            console.result(PromptRecall.heading());
            prompts.forEach(row -> console.result(row.line()));
            document.put("prompts", prompts.stream().map(PromptRecall::document).toList());
        }
        var benchmark = options.benchmark();
        if (benchmark.isPresent()) {
            benchmark.get().lines().forEach(console::result);
            document.put(benchmark.get().name(), benchmark.get().document());
        }
        console.json(document);
        return complain(console, result) ? Failures.NOT_ALL_DONE : Failures.DONE;
    }

    /** Says what could not be scored; true when there was something. */
    static boolean complain(Console console, EvaluationResult result) {
        result.failures().forEach(console::warn);
        var missing = result.missing();
        if (!missing.isEmpty()) {
            var first = missing.get(0);
            console.warn(missing.size() + " expressions have no prediction and count 0, the first is " + first.video()
                    + "/" + first.expression());
        }
        return !missing.isEmpty() || !result.failures().isEmpty();
    }

    /** The result as the lines of a table: a row a kind, then the whole. */
    static List<String> table(EvaluationResult result) {
        var lines = new java.util.ArrayList<String>();
        boolean pool = result.hasPool();
        lines.add(String.format(
                Locale.ROOT,
                "%-12s %6s %7s %7s %7s%s",
                "kind",
                "n",
                "J",
                "F",
                "J&F",
                pool ? "  oracle     all  random" : ""));
        result.kinds().forEach((kind, rows) -> lines.add(line(kind, rows, pool)));
        lines.add(line("overall", result.rows(), pool));
        result.noTargetAccuracy()
                .ifPresent(share -> lines.add(String.format(
                        Locale.ROOT, "answered with nothing where nothing is meant: %.1f %%", share * 100)));
        result.coverage().ifPresent(tracks -> {
            lines.add(String.format(
                    Locale.ROOT, "track recall (best track of each object, mean IoU): %.3f", tracks.recall()));
            lines.add(String.format(
                    Locale.ROOT,
                    "objects found again after being hidden for 1 to 5 frames: %d of %d",
                    tracks.survived(),
                    tracks.occlusions()));
        });
        return lines;
    }

    private static String line(String name, List<ExpressionResult> rows, boolean pool) {
        var quality = Quality.mean(rows.stream().map(ExpressionResult::quality).toList());
        String line = String.format(
                Locale.ROOT,
                "%-12s %6d %7.2f %7.2f %7.2f",
                name,
                rows.size(),
                quality.regionSimilarity() * 100,
                quality.boundaryAccuracy() * 100,
                quality.combined() * 100);
        return pool
                ? line
                        + String.format(
                                Locale.ROOT,
                                " %7.2f %7.2f %7.2f",
                                EvaluationResult.poolMean(rows, PoolQuality::oracle)
                                                .combined()
                                        * 100,
                                EvaluationResult.poolMean(rows, PoolQuality::allTracks)
                                                .combined()
                                        * 100,
                                EvaluationResult.poolMean(rows, PoolQuality::random)
                                                .combined()
                                        * 100)
                : line;
    }
}
