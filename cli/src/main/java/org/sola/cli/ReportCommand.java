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
    @Mixin
    private EvaluationOptions options;

    @Option(names = "--run", paramLabel = "DIR", description = "The training run, for its curves.")
    private Optional<Path> run;

    @Option(names = "--title", paramLabel = "TEXT", defaultValue = "sola", description = "The page's heading.")
    private String title;

    @Option(names = "--out", required = true, paramLabel = "FILE", description = "The page to write.")
    private Path out;

    @Override
    int run(Console console) throws IOException, InterruptedException {
        var result = options.evaluate(console);
        write(result);
        console.result("wrote " + out);
        console.json(Map.of("report", out.toString()));
        return EvalCommand.complain(console, result) ? Failures.NOT_ALL_DONE : Failures.DONE;
    }

    private void write(EvaluationResult result) throws IOException {
        var facts = new LinkedHashMap<String, String>();
        facts.put("data", options.data.toString());
        facts.put("predictions", options.predictions.toString());
        options.cache.ifPresent(folder -> facts.put("tracks", folder.toString()));
        OutputFolder.settings(options.predictions).forEach(facts::putIfAbsent);
        HtmlReport.write(
                new ReportData(
                        title,
                        facts,
                        Datasets.withTruth(options.data),
                        Submission.at(options.predictions),
                        result,
                        options.cache.map(TokenCache::open),
                        options.prompts(),
                        run.map(folder -> folder.resolve("metrics.csv"))),
                out);
    }
}
