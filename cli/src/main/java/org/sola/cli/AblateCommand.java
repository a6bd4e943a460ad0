package org.sola.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.sola.ablate.AblationData;
import org.sola.ablate.AblationPlan;
import org.sola.ablate.AblationRun;
import org.sola.ablate.AblationTable;
import org.sola.ablate.TableFiles;
import org.sola.precompute.CacheManifest;
import org.sola.precompute.TokenCache;
import org.sola.text.MiniLmTextEncoder;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code sola ablate}: what each part of the method is worth. */
@Command(
        name = "ablate",
        description = {
            "Trains and scores a grid of configurations, each with several seeds, and writes one table (Markdown, CSV,",
            "HTML) with 95 %% intervals. Cells that are done are not run again; one that fails is named and costs no other."
        },
        footer = {
            "",
            "Examples:",
            "  sola ablate configs/ablate/paper.yaml --data demo/train --cache cache/train --valid-data demo/valid "
                    + "--valid-cache cache/valid --out ablation",
            "  sola ablate mine.yaml --print-cells"
        })
final class AblateCommand extends SolaCommand {
    @Parameters(index = "0", paramLabel = "FILE", description = "The grid, as configs/ablate/paper.yaml.")
    private Path file;

    @Option(names = "--data", paramLabel = "DIR", description = "The split to train on, with masks.")
    private Optional<Path> data;

    @Option(names = "--cache", paramLabel = "CACHE", description = "Its token cache, from 'sola precompute --truth'.")
    private Optional<Path> cache;

    @Option(names = "--valid-data", paramLabel = "DIR", description = "The split to validate on and to score.")
    private Optional<Path> validData;

    @Option(names = "--valid-cache", paramLabel = "CACHE", description = "The token cache of --valid-data.")
    private Optional<Path> validCache;

    @Option(names = "--out", paramLabel = "DIR", description = "Where cells, trainings and the table go.")
    private Optional<Path> out;

    @Option(names = "--print-cells", description = "Check every key and value, print the cells, and stop.")
    private boolean printCells;

    @Mixin
    private EngineOptions engine;

    @Override
    int run(Console console) throws IOException, InterruptedException {
        if (!Files.isRegularFile(file)) {
            throw new IllegalArgumentException(
                    file + " is not a file; there is configs/ablate/paper.yaml to start from");
        }
        var plan = AblationPlan.read(file);
        var cells = plan.cells(ProjectHome.path().resolve("configs"));
        if (printCells) {
            cells.forEach(cell -> console.result(cell.toString()));
            console.json(cells.stream().map(AblationPlan.Cell::toString).toList());
            return Failures.DONE;
        }
        var folder = needed(out, "--out");
        var tracks = TokenCache.open(needed(cache, "--cache"));
        var validTracks = TokenCache.open(needed(validCache, "--valid-cache"));
        var training = Datasets.withTruth(needed(data, "--data"));
        var validation = Datasets.withTruth(needed(validData, "--valid-data"));
        training.problems().forEach(problem -> console.warn(problem.toString()));
        validation.problems().forEach(problem -> console.warn(problem.toString()));
        requireFit(cells, tracks, validTracks);
        OutputFolder.claim(folder, "ablate", settings(tracks, validTracks));
        var started = Engines.start(engine);
        console.say(cells.size() + " cells with " + plan.repeats().size() + " seeds each, on "
                + training.videos().size() + " videos, scored on "
                + validation.videos().size() + ", on "
                + started.device() + ", " + started.threads() + " threads");
        AblationTable table;
        try (var text = MiniLmTextEncoder.open();
                var progress = console.progress(
                        "ablate", (long) cells.size() * plan.repeats().size())) {
            var data = new AblationData(training, tracks, validation, validTracks);
            table = new AblationRun(folder, data, text, started.device(), started.threads(), Interruption::isTaken)
                    .run(plan, cells, new AblationRun.Listener() {
                        @Override
                        public void begin(String name, int done, int all) {
                            progress.at(done, name);
                        }

                        @Override
                        public void end(AblationTable soFar) throws IOException {
                            TableFiles.write(soFar, folder);
                        }
                    });
        }
        var files = TableFiles.write(table, folder);
        console.result(Files.readString(files.get(0)).stripTrailing());
        files.forEach(each -> console.result(each.toString()));
        table.failures().forEach(console::warn);
        console.json(table.document());
        return table.failures().isEmpty() ? Failures.DONE : Failures.NOT_ALL_DONE;
    }

    private static Path needed(Optional<Path> option, String name) {
        return option.orElseThrow(() -> new IllegalArgumentException(name + " is needed; see 'sola ablate --help'"));
    }

    /** Refuses tokens that the selector cannot read before hours are spent on them. */
    private static void requireFit(List<AblationPlan.Cell> cells, TokenCache training, TokenCache validation)
            throws IOException {
        var first = first(training);
        var valid = first(validation);
        if (!first.fingerprint().tokenOrigin().equals(valid.fingerprint().tokenOrigin())) {
            throw new IllegalArgumentException("--cache holds tokens of "
                    + first.fingerprint().model() + ", --valid-cache of "
                    + valid.fingerprint().model() + " with other weights; make both with one SAM 2");
        }
        for (var cell : cells) {
            int wanted = cell.settings().model().objectTokenDim();
            if (wanted != first.tokenDim()) {
                throw new IllegalArgumentException(String.format(
                        Locale.ROOT,
                        "cell \"%s\": the selector reads object tokens of %d numbers, the cache %s has %d;"
                                + " set model in the file or model.objectTokenDim",
                        cell,
                        wanted,
                        training.folder(),
                        first.tokenDim()));
            }
        }
    }

    private static CacheManifest first(TokenCache cache) throws IOException {
        var ids = cache.videoIds();
        if (ids.isEmpty()) {
            throw new IllegalArgumentException(cache.folder() + " holds no video; run 'sola precompute'");
        }
        return cache.manifest(ids.get(0));
    }

    private static Map<String, String> settings(TokenCache training, TokenCache validation) throws IOException {
        var settings = new LinkedHashMap<String, String>();
        settings.put(
                "tracks",
                first(training).fingerprint().digest() + ", "
                        + training.videoIds().size() + " videos");
        settings.put(
                "validation tracks",
                first(validation).fingerprint().digest() + ", "
                        + validation.videoIds().size() + " videos");
        return settings;
    }
}
