package org.sola.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.sola.dataset.ReferringDataset;
import org.sola.evaluate.Comparison;
import org.sola.evaluate.Evaluation;
import org.sola.infer.MethodCost;
import org.sola.infer.Submission;
import org.sola.metric.PairedComparison;
import org.sola.report.CompareData;
import org.sola.report.CompareReport;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code sola compare}: two methods, or a sweep of settings, on the same videos. */
@Command(
        name = "compare",
        description = {
            "Compares predictions of the same expressions: J, F, J&F by kind, bootstrap intervals and a signed-rank test,",
            "wins, ties and losses, and what each method costs. Differences are the second (or each further) less the first."
        },
        footer = {
            "",
            "Examples:",
            "  sola compare --data demo/valid --pred sola=predictions/sola --pred findtrack=predictions/findtrack"
                    + " --out compare.html",
            "  sola compare --data demo/valid --pred n5 --pred n10 --pred n20 --csv sweep.csv --json"
        })
final class CompareCommand extends SolaCommand {
    @Option(names = "--data", required = true, paramLabel = "DIR", description = "A split with masks.")
    private Path data;

    @Option(
            names = "--pred",
            required = true,
            paramLabel = "[NAME=]DIR",
            description = "Masks as VIDEO/EXPRESSION/FRAME.png; twice for a comparison, more often for a sweep against"
                    + " the first.")
    private List<String> predictions;

    @Option(names = "--out", paramLabel = "FILE", description = "Also write a report: plots, videos side by side.")
    private Optional<Path> out;

    @Option(names = "--csv", paramLabel = "FILE", description = "Also write one row an expression and method.")
    private Optional<Path> csv;

    @Option(
            names = "--rounds",
            paramLabel = "N",
            defaultValue = "10000",
            description = "Bootstrap resamples and sign flips (default: ${DEFAULT-VALUE}).")
    private int rounds;

    @Mixin
    private ThreadOption threads;

    @Mixin
    private SeedOption seed;

    @Override
    int run(Console console) throws IOException, InterruptedException {
        if (predictions.size() < 2) {
            throw new IllegalArgumentException("--pred is given once; a comparison needs it twice or more");
        }
        if (rounds < 1) {
            throw new IllegalArgumentException("--rounds " + rounds + ": at least 1");
        }
        var folders = folders();
        var dataset = Datasets.withTruth(data);
        console.say("comparing " + String.join(", ", folders.keySet()) + " on "
                + dataset.counts().get("expressions") + " expressions of "
                + dataset.videos().size() + " videos in " + data + ", " + threads.count() + " threads");
        var methods = new ArrayList<CompareData.Method>();
        var problems = new LinkedHashSet<String>();
        for (var folder : folders.entrySet()) {
            problems.addAll(unknown(dataset, folder.getKey(), folder.getValue()));
            methods.add(evaluate(console, dataset, folder.getKey(), folder.getValue()));
        }
        var first = methods.get(0);
        var comparisons = new ArrayList<Comparison>();
        for (var other : methods.subList(1, methods.size())) {
            var comparison =
                    Comparison.of(first.result(), other.result(), first.name(), other.name(), rounds, seed.seed);
            comparisons.add(comparison);
            problems.addAll(comparison.problems());
        }
        var compared = new CompareData(
                first.name() + " and "
                        + (methods.size() == 2 ? methods.get(1).name() : (methods.size() - 1) + " others"),
                facts(folders),
                dataset,
                first,
                methods.get(1),
                comparisons.get(0).withProblems(List.copyOf(problems)),
                sweep(methods, comparisons));
        CompareText.lines(compared).forEach(console::result);
        problems.forEach(console::warn);
        if (csv.isPresent()) {
            CompareText.writeCsv(methods, csv.get());
            console.say("wrote " + csv.get());
        }
        if (out.isPresent()) {
            CompareReport.write(compared, out.get());
            console.result("report: " + out.get());
        }
        console.json(CompareText.document(compared));
        return problems.isEmpty() ? Failures.DONE : Failures.NOT_ALL_DONE;
    }

    private Map<String, Path> folders() {
        var folders = new LinkedHashMap<String, Path>();
        for (String each : predictions) {
            int at = each.indexOf('=');
            boolean isNamed = at > 0 && !Files.isDirectory(Path.of(each));
            var folder = Path.of(isNamed ? each.substring(at + 1) : each);
            if (!Files.isDirectory(folder)) {
                throw new IllegalArgumentException("--pred " + folder + " is no folder; 'sola infer' makes one");
            }
            String name = isNamed
                    ? each.substring(0, at)
                    : folder.toAbsolutePath().normalize().getFileName().toString();
            for (int n = 2; folders.containsKey(name); n++) {
                name = name.replaceAll(" \\(\\d+\\)$", "") + " (" + n + ")";
            }
            folders.put(name, folder);
        }
        return folders;
    }

    private CompareData.Method evaluate(Console console, ReferringDataset dataset, String name, Path folder)
            throws IOException, InterruptedException {
        var submission = Submission.at(folder);
        var evaluation = Evaluation.of(dataset, submission).withThreads(threads.count());
        try (var progress = console.progress("score " + name, dataset.counts().get("expressions"))) {
            return new CompareData.Method(
                    name, submission, evaluation.run(done -> progress.at(done, "")), MethodCost.in(folder));
        }
    }

    /** Videos and expressions that are predicted but not in the data set. */
    private static Set<String> unknown(ReferringDataset dataset, String name, Path folder) throws IOException {
        var known = new TreeSet<String>();
        dataset.videos().forEach(video -> known.add(video.id()));
        dataset.problems().forEach(problem -> known.add(problem.video()));
        var unknown = new TreeSet<String>();
        try (var videos = Files.list(folder)) {
            videos.filter(Files::isDirectory)
                    .map(video -> video.getFileName().toString())
                    .filter(video -> !video.startsWith(".") && !known.contains(video))
                    .forEach(video -> unknown.add(
                            name + " has predictions for video " + video + ", which the data set does not have"));
        }
        return unknown;
    }

    private Map<String, String> facts(Map<String, Path> folders) throws IOException {
        var facts = new LinkedHashMap<String, String>();
        facts.put("data", data.toString());
        for (var folder : folders.entrySet()) {
            facts.put(folder.getKey(), folder.getValue().toString());
            OutputFolder.settings(folder.getValue()).forEach((key, value) -> {
                if (!key.equals("data")) {
                    facts.put(folder.getKey() + ", " + key, value);
                }
            });
        }
        facts.put("bootstrap", String.format(Locale.ROOT, "%d resamples, seed %d", rounds, seed.seed));
        return facts;
    }

    private static List<CompareData.SweepRow> sweep(List<CompareData.Method> methods, List<Comparison> comparisons) {
        if (methods.size() == 2) {
            return List.of();
        }
        var summaries = comparisons.stream().map(Comparison::overall).toList();
        var corrected = PairedComparison.holm(
                summaries.stream().map(Comparison.Summary::wilcoxon).toList());
        var rows = new ArrayList<CompareData.SweepRow>();
        rows.add(new CompareData.SweepRow(methods.get(0), Optional.empty(), 1));
        for (int i = 0; i < summaries.size(); i++) {
            rows.add(new CompareData.SweepRow(methods.get(i + 1), Optional.of(summaries.get(i)), corrected.get(i)));
        }
        return rows;
    }
}
