package org.sola.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.sola.evaluate.EvaluationResult;
import org.sola.infer.Submission;
import org.sola.precompute.TokenCache;
import org.sola.report.HtmlReport;
import org.sola.report.ReportData;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code sola report}: the evaluation as one page with pictures. */
@Command(
        name = "report",
        description =
                "Writes an evaluation as one HTML file: tables, charts, pictures of what went well and what did not.",
        footer = {
            "",
            "Examples:",
            "  sola report --data demo/valid --pred predictions --out report.html",
            "  sola report --data demo/valid --pred predictions --cache cache/valid --run runs/selector --out report.html"
        })
final class ReportCommand extends SolaCommand {
    @Option(
            names = "--data",
            required = true,
            paramLabel = "DIR",
            description = "A split in the MeViS layout, with masks.")
    private Path data;

    @Option(names = "--pred", required = true, paramLabel = "DIR", description = "Masks as VIDEO/EXPRESSION/FRAME.png.")
    private Path predictions;

    @Option(names = "--cache", paramLabel = "DIR", description = "The token cache that the selection chose from.")
    private Optional<Path> cache;

    @Option(names = "--run", paramLabel = "DIR", description = "The training run, for its curves.")
    private Optional<Path> run;

    @Option(names = "--title", paramLabel = "TEXT", defaultValue = "sola", description = "The page's heading.")
    private String title;

    @Option(names = "--out", required = true, paramLabel = "FILE", description = "The page to write.")
    private Path out;

    @Mixin
    private ThreadOption threads;

    @Mixin
    private SeedOption seed;

    @Override
    int run(Console console) throws IOException, InterruptedException {
        var result = EvalCommand.evaluate(console, data, predictions, cache, threads.count(), seed.seed);
        write(result, data, predictions, cache, run, title, Map.of(), out);
        console.result("wrote " + out);
        console.json(Map.of("report", out.toString()));
        return EvalCommand.complain(console, result) ? Failures.NOT_ALL_DONE : Failures.DONE;
    }

    static void write(
            EvaluationResult result,
            Path data,
            Path predictions,
            Optional<Path> cache,
            Optional<Path> run,
            String title,
            Map<String, String> more,
            Path out)
            throws IOException {
        var facts = new LinkedHashMap<String, String>();
        facts.put("data", data.toString());
        facts.put("predictions", predictions.toString());
        cache.ifPresent(folder -> facts.put("tracks", folder.toString()));
        OutputFolder.settings(predictions).forEach(facts::putIfAbsent);
        facts.putAll(more);
        HtmlReport.write(
                new ReportData(
                        title,
                        facts,
                        Datasets.withTruth(data),
                        Submission.at(predictions),
                        result,
                        cache.map(TokenCache::open),
                        run.map(folder -> folder.resolve("metrics.csv"))),
                out);
    }
}
