package org.sola.cli;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.sola.dataset.ReferringDataset;
import org.sola.evaluate.Evaluation;
import org.sola.evaluate.EvaluationResult;
import org.sola.file.AtomicFile;
import org.sola.findtrack.FindTrackSettings;
import org.sola.findtrack.KeyFrameChoice;
import org.sola.findtrack.KeyFrameRule;
import org.sola.findtrack.KeyFrameSweep;
import org.sola.mask.Rle;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code sola sweep}: how the key frame is chosen, and what it is worth. */
@Command(
        name = "sweep",
        description = {
            "FindTrack by several rules for the key frame, in one table: numbers of candidate frames, weights of confidence",
            "and alignment, and fixed frames. Frames are looked at once and masks followed once for all rules together."
        },
        footer = {
            "",
            "Examples:",
            "  sola sweep --data demo/valid --out sweep",
            "  sola sweep --data ytvos/valid --recipe ytvos --candidates 5,10 --weights 1:0,0.5:0.5,0:1 --out sweep"
        })
final class SweepCommand extends SolaCommand {
    @Option(names = "--data", required = true, paramLabel = "DIR", description = "A split with annotated masks.")
    private Path data;

    @Option(
            names = "--out",
            required = true,
            paramLabel = "DIR",
            description = "Where the table goes, as sweep.csv and sweep.md.")
    private Path out;

    @Option(
            names = "--candidates",
            paramLabel = "N,...",
            split = ",",
            defaultValue = "2,5,10",
            description = "Numbers of candidate frames (default: ${DEFAULT-VALUE}).")
    private List<Integer> candidates;

    @Option(
            names = "--weights",
            paramLabel = "W1:W2,...",
            split = ",",
            defaultValue = "1:0,0.8:0.2,0.5:0.5,0.2:0.8,0:1",
            description = "Weights of confidence and alignment (default: ${DEFAULT-VALUE}, the paper's).")
    private List<String> weights;

    @Option(
            names = "--fixed",
            paramLabel = "FRAME,...",
            split = ",",
            defaultValue = "first,middle,last",
            description = "Fixed key frames to compare with, of first, middle and last (default: ${DEFAULT-VALUE}).")
    private List<KeyFrameChoice> fixed;

    @Option(
            names = "--model",
            paramLabel = "NAME|FILE",
            description = "The network that follows masks, a SAM 2 or a Cutie (default: as the recipe says).")
    private Optional<String> propagator;

    @Option(
            names = "--recipe",
            paramLabel = "NAME|FILE",
            description = "How FindTrack is used: a name in configs/findtrack or a file (default: demo where the small"
                    + " models are here, else mevis).")
    private Optional<String> recipe;

    @Option(names = "--overwrite", description = "Make everything anew, also with other settings than before.")
    private boolean overwrite;

    @Mixin
    private FindTrackOptions findTrack;

    @Mixin
    private EngineOptions engine;

    /** A rule and what it is worth. */
    private record Row(KeyFrameRule rule, EvaluationResult result) {
        List<String> cells() {
            var quality = result.overall();
            boolean isBest = rule.choice() == KeyFrameChoice.BEST;
            return List.of(
                    rule.choice().name().toLowerCase(Locale.ROOT),
                    isBest ? Integer.toString(rule.candidates()) : "",
                    isBest ? Double.toString(rule.confidenceWeight()) : "",
                    isBest ? Double.toString(rule.alignmentWeight()) : "",
                    percent(quality.regionSimilarity()),
                    percent(quality.boundaryAccuracy()),
                    percent(quality.combined()),
                    Integer.toString(result.rows().size()));
        }

        private static String percent(double share) {
            return String.format(Locale.ROOT, "%.2f", 100 * share);
        }
    }

    private static final List<String> COLUMNS = List.of("key frame", "N", "w1", "w2", "J", "F", "J&F", "expressions");

    @Override
    int run(Console console) throws IOException, InterruptedException {
        var dataset = Datasets.open(data);
        var catalogue = ModelCatalogue.open();
        var wanted = findTrack.settings(catalogue, recipe, propagator);
        var rules = rules(wanted.keyFrame());
        var settings = looking(wanted, rules);
        var models = FindTrackModels.of(catalogue, settings);
        models.requireHere();
        if (overwrite) {
            OutputFolder.discard(out, "sweep");
        }
        var claimed = new LinkedHashMap<String, String>();
        claimed.put("data", data.toAbsolutePath().normalize().toString());
        claimed.put("rules", rules.toString());
        claimed.putAll(models.provenance());
        OutputFolder.claim(out, "sweep", claimed);
        var started = Engines.start(engine);
        var failures = new ArrayList<String>();
        dataset.problems().forEach(problem -> failures.add(problem.toString()));
        List<Row> rows;
        try (var opened = models.open(started.device(), out.resolve(".sola"))) {
            console.say(rules.size() + " rules on " + dataset.videos().size() + " videos with " + opened.name() + " on "
                    + started.device() + ", " + started.threads() + " threads");
            var sweep = KeyFrameSweep.of(opened.findTrack(), rules);
            rows = evaluate(dataset, rules, answers(console, dataset, sweep, failures), engine.threadCount());
        }
        write(rows);
        show(console, rows);
        failures.forEach(console::warn);
        console.json(document(rows, failures));
        return failures.isEmpty() ? Failures.DONE : Failures.NOT_ALL_DONE;
    }

    private List<KeyFrameRule> rules(KeyFrameRule base) {
        var rules = new ArrayList<KeyFrameRule>();
        for (var choice : fixed) {
            if (choice == KeyFrameChoice.BEST) {
                throw new IllegalArgumentException("--fixed best: first, middle and last are fixed frames");
            }
            rules.add(new KeyFrameRule(choice, base.candidates(), 1, 0, base.skipsEmptyMasks()));
        }
        for (int n : candidates) {
            for (String pair : weights) {
                var parts = pair.split(":", -1);
                try {
                    rules.add(new KeyFrameRule(
                            KeyFrameChoice.BEST,
                            n,
                            Double.parseDouble(parts[0]),
                            Double.parseDouble(parts[1]),
                            base.skipsEmptyMasks()));
                } catch (NumberFormatException | ArrayIndexOutOfBoundsException e) {
                    throw new IllegalArgumentException(
                            "--weights " + pair + ": two numbers with a colon between are expected, as 0.5:0.5", e);
                }
            }
        }
        return rules.stream().distinct().toList();
    }

    /** Settings that compute whatever any rule asks for. */
    private static FindTrackSettings looking(FindTrackSettings wanted, List<KeyFrameRule> rules) {
        boolean aligns = rules.stream().anyMatch(KeyFrameRule::needsAlignment);
        int most = rules.stream().mapToInt(KeyFrameRule::candidates).max().orElseThrow();
        var rule = new KeyFrameRule(
                KeyFrameChoice.BEST, most, 1, aligns ? 1 : 0, wanted.keyFrame().skipsEmptyMasks());
        return wanted.withRule(rule);
    }

    private static Map<KeyFrameRule, Map<String, List<Rle>>> answers(
            Console console, ReferringDataset dataset, KeyFrameSweep sweep, List<String> failures)
            throws InterruptedException {
        var answers = new HashMap<KeyFrameRule, Map<String, List<Rle>>>();
        try (var progress = console.progress("sweep", dataset.videos().size())) {
            int done = 0;
            for (var video : dataset.videos()) {
                try {
                    sweep.answer(video, (stage, step, of) -> {}).forEach((rule, masks) -> {
                        var own = answers.computeIfAbsent(rule, key -> new HashMap<>());
                        for (int e = 0; e < masks.size(); e++) {
                            own.put(
                                    video.id() + "/"
                                            + video.expressions().get(e).id(),
                                    masks.get(e));
                        }
                    });
                } catch (IOException | RuntimeException e) {
                    failures.add("video " + video.id() + ": " + e.getMessage());
                }
                progress.at(++done, video.id());
            }
        }
        return answers;
    }

    private static List<Row> evaluate(
            ReferringDataset dataset,
            List<KeyFrameRule> rules,
            Map<KeyFrameRule, Map<String, List<Rle>>> answers,
            int threads)
            throws InterruptedException {
        var rows = new ArrayList<Row>();
        for (var rule : rules) {
            var own = answers.getOrDefault(rule, Map.of());
            var evaluation = Evaluation.of(
                    dataset,
                    (video, expression, height, width) ->
                            Optional.ofNullable(own.get(video.id() + "/" + expression.id())));
            rows.add(new Row(rule, evaluation.withThreads(threads).run(done -> {})));
        }
        return rows;
    }

    private void write(List<Row> rows) throws IOException {
        var csv = new StringBuilder(String.join(",", COLUMNS)).append('\n');
        var table = new StringBuilder("| ").append(String.join(" | ", COLUMNS)).append(" |\n|");
        table.append(" --- |".repeat(COLUMNS.size())).append('\n');
        for (var row : rows) {
            csv.append(String.join(",", row.cells())).append('\n');
            table.append("| ").append(String.join(" | ", row.cells())).append(" |\n");
        }
        AtomicFile.write(
                out.resolve("sweep.csv"), file -> file.write(csv.toString().getBytes(StandardCharsets.UTF_8)));
        AtomicFile.write(
                out.resolve("sweep.md"), file -> file.write(table.toString().getBytes(StandardCharsets.UTF_8)));
    }

    private void show(Console console, List<Row> rows) {
        String format = "%-10s %3s %5s %5s %7s %7s %7s %12s";
        Stream.concat(Stream.of(COLUMNS), rows.stream().map(Row::cells))
                .map(cells -> String.format(Locale.ROOT, format, cells.toArray()))
                .forEach(console::result);
        console.result(out.resolve("sweep.csv").toString());
    }

    private Map<String, Object> document(List<Row> rows, List<String> failures) {
        var document = new LinkedHashMap<String, Object>();
        document.put("out", out.toString());
        document.put(
                "rows",
                rows.stream()
                        .map(row -> {
                            var entry = new LinkedHashMap<String, Object>();
                            entry.put("key_frame", row.cells().get(0));
                            entry.put("candidates", row.rule().candidates());
                            entry.put("w1", row.rule().confidenceWeight());
                            entry.put("w2", row.rule().alignmentWeight());
                            entry.putAll(row.result().overall().percentages());
                            entry.put("n", row.result().rows().size());
                            return entry;
                        })
                        .toList());
        document.put("failed", failures);
        return document;
    }
}
