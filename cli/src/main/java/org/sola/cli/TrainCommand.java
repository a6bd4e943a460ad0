package org.sola.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.sola.config.Configs;
import org.sola.dataset.ReferringVideo;
import org.sola.precompute.TokenCache;
import org.sola.precompute.Track;
import org.sola.selector.SelectorConfig;
import org.sola.text.MiniLmTextEncoder;
import org.sola.train.selector.CachedTrainingVideos;
import org.sola.train.selector.SelectorTraining;
import org.sola.train.selector.TrainingProgress;
import org.sola.train.selector.TrainingRecipe;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code sola train}: fits the selector. */
@Command(
        name = "train",
        description = {
            "Fits the selector to a data set whose tracks are in a token cache.",
            "Stopped or killed, the same command goes on to the same numbers."
        },
        footer = {
            "",
            "Examples:",
            "  sola train --data demo/train --cache cache/train --out runs/selector",
            "  sola train --data demo/train --cache cache/train --valid-data demo/valid --valid-cache cache/valid "
                    + "--out runs/selector --set epochs=50"
        })
final class TrainCommand extends SolaCommand {
    /** Without a validation split, every video of this rank is held out. */
    private static final int HELD_OUT = 10;

    @Option(names = "--data", paramLabel = "DIR", description = "A split in the MeViS layout, with masks.")
    private Optional<Path> data;

    @Option(names = "--cache", paramLabel = "CACHE", description = "Its token cache, from 'sola precompute --truth'.")
    private Optional<Path> cache;

    @Option(
            names = "--valid-data",
            paramLabel = "DIR",
            description =
                    "The split that chooses the best checkpoint (default: every tenth video of --data, held out).")
    private Optional<Path> validData;

    @Option(names = "--valid-cache", paramLabel = "CACHE", description = "The token cache of --valid-data.")
    private Optional<Path> validCache;

    @Option(names = "--out", paramLabel = "RUN", description = "The run folder: settings, log, curves, checkpoints.")
    private Optional<Path> out;

    @Option(
            names = "--selector-config",
            paramLabel = "NAME",
            defaultValue = "selector-nano",
            description = "The selector's sizes, a name in configs/models (default: ${DEFAULT-VALUE}).")
    private String model;

    @Option(
            names = "--recipe",
            paramLabel = "NAME",
            defaultValue = "demo",
            description = "The defaults of the settings, a name in configs/train (default: ${DEFAULT-VALUE}).")
    private String recipeName;

    @Mixin
    private ConfigOptions settings;

    @Mixin
    private EngineOptions engine;

    @Override
    int run(Console console) throws IOException, InterruptedException {
        var recipe = settings.load(
                TrainingRecipe.class, ProjectHome.path().resolve("configs/train/" + recipeName + ".yaml"));
        if (settings.print) {
            console.result(Configs.toYaml(recipe).stripTrailing());
            return Failures.DONE;
        }
        if (validData.isPresent() != validCache.isPresent()) {
            throw new IllegalArgumentException(
                    "--valid-data and --valid-cache belong together; one of them is missing");
        }
        var splits = new Splits(
                needed(data, "--data"), needed(cache, "--cache"), validData.orElse(null), validCache.orElse(null));
        var outcome = train(console, splits, needed(out, "--out"), model, recipe, engine);
        var document = new LinkedHashMap<String, Object>();
        document.put("run", needed(out, "--out").toString());
        document.put("best", outcome.best());
        console.json(document);
        return Failures.DONE;
    }

    private static Path needed(Optional<Path> option, String name) {
        return option.orElseThrow(() -> new IllegalArgumentException(name + " is needed; see 'sola train --help'"));
    }

    /**
     * What is trained on and what chooses the best checkpoint.
     *
     * @param validData null to hold out part of {@code data}
     * @param validCache null with {@code validData}
     */
    record Splits(Path data, Path cache, Path validData, Path validCache) {}

    static SelectorTraining.Outcome train(
            Console console, Splits splits, Path out, String model, TrainingRecipe recipe, EngineOptions engine)
            throws IOException, InterruptedException {
        var config = Configs.load(
                SelectorConfig.class, List.of(ProjectHome.modelConfigs().resolve(model + ".yaml")), Map.of());
        var videos = load(console, splits, recipe);
        var started = Engines.start(engine);
        console.say("training " + config.name() + " by " + recipe.name() + " on "
                + videos.training().size() + " videos, " + videos.validation().size() + " for validation, on "
                + started.device() + ", " + started.threads() + " threads");
        SelectorTraining.Outcome outcome;
        try (var text = MiniLmTextEncoder.open();
                var progress = console.progress("train", recipe.epochs())) {
            outcome = SelectorTraining.run(
                    out, config, recipe, videos, text, listener(console, progress), () -> Thread.currentThread()
                            .isInterrupted());
        }
        if (!outcome.isFinished()) {
            throw new InterruptedException("stopped after a checkpoint");
        }
        console.result(String.format(
                java.util.Locale.ROOT,
                "best %s %.4f: %s",
                recipe.best().name().toLowerCase(java.util.Locale.ROOT),
                outcome.best(),
                outcome.run().best()));
        return outcome;
    }

    private static SelectorTraining.Splits load(Console console, Splits splits, TrainingRecipe recipe)
            throws IOException {
        var dataset = Datasets.withTruth(splits.data());
        dataset.problems().forEach(problem -> console.warn(problem.toString()));
        var cache = TokenCache.open(splits.cache());
        if (splits.validData() != null) {
            var validation = Datasets.withTruth(splits.validData());
            return new SelectorTraining.Splits(
                    CachedTrainingVideos.of(dataset, cache, dataset.videos(), recipe.labelSize(), track -> true),
                    CachedTrainingVideos.of(
                            validation,
                            TokenCache.open(splits.validCache()),
                            validation.videos(),
                            recipe.labelSize(),
                            TrainCommand::isForInference));
        }
        List<ReferringVideo> kept = every(dataset.videos(), false);
        List<ReferringVideo> heldOut = every(dataset.videos(), true);
        return new SelectorTraining.Splits(
                CachedTrainingVideos.of(dataset, cache, kept, recipe.labelSize(), track -> true),
                CachedTrainingVideos.of(dataset, cache, heldOut, recipe.labelSize(), TrainCommand::isForInference));
    }

    private static List<ReferringVideo> every(List<ReferringVideo> videos, boolean heldOut) {
        int rank = Math.min(HELD_OUT, Math.max(2, videos.size()));
        return IntStream.range(0, videos.size())
                .filter(i -> (i % rank == rank - 1) == heldOut)
                .mapToObj(videos::get)
                .toList();
    }

    private static boolean isForInference(Track track) {
        return !track.source().equals(Track.TRUTH);
    }

    private static TrainingProgress listener(Console console, Progress progress) {
        return new TrainingProgress() {
            @Override
            public void epoch(int epoch, int epochs, Map<String, Double> figures, boolean isBest) {
                var line = new StringBuilder();
                figures.forEach(
                        (name, value) -> line.append(String.format(java.util.Locale.ROOT, " %s %.4f", name, value)));
                progress.at(epoch + 1L, isBest ? "best so far" : "");
                console.detail("epoch " + (epoch + 1) + line);
            }
        };
    }
}
