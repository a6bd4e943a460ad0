package org.sola.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.sola.config.Configs;
import org.sola.selector.SelectorConfig;
import org.sola.tensor.Precision;
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
            "Several data sets are trained on together, in proportion to their weights where these are given.",
            "Stopped or killed, the same command goes on to the same numbers."
        },
        footer = {
            "",
            "Examples:",
            "  sola train --data demo/train --cache cache/train --out runs/selector",
            "  sola train --data demo/train --cache cache/train --valid-data demo/valid --valid-cache cache/valid "
                    + "--out runs/selector --set epochs=50",
            "  sola train --data mevis/train --cache cache/mevis --weight 2 --data ytvos/train --cache cache/ytvos"
                    + " --weight 1 --out runs/joint"
        })
final class TrainCommand extends SolaCommand {
    @Mixin
    private TrainingSets sets;

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
    private final EngineOptions engine = EngineOptions.withBfloat16();

    @Override
    int run(Console console) throws IOException, InterruptedException {
        var wanted = settings.load(
                TrainingRecipe.class, ProjectHome.path().resolve("configs/train/" + recipeName + ".yaml"));
        var recipe = engine.precision() == Precision.BFLOAT16 ? wanted.in(Precision.BFLOAT16) : wanted;
        if (settings.isPrinted(console, recipe)) {
            return Failures.DONE;
        }
        var videos = sets.load(console, recipe.labelSize());
        var outcome = train(console, videos, needed(out, "--out"), model, recipe, engine);
        var document = new LinkedHashMap<String, Object>();
        document.put("run", needed(out, "--out").toString());
        document.put("best", outcome.best());
        console.json(document);
        return Failures.DONE;
    }

    private static Path needed(Optional<Path> option, String name) {
        return option.orElseThrow(() -> new IllegalArgumentException(name + " is needed; see 'sola train --help'"));
    }

    static SelectorTraining.Outcome train(
            Console console,
            SelectorTraining.Splits videos,
            Path out,
            String model,
            TrainingRecipe recipe,
            EngineOptions engine)
            throws IOException, InterruptedException {
        var config = Configs.load(
                SelectorConfig.class, List.of(ProjectHome.modelConfigs().resolve(model + ".yaml")), Map.of());
        var words = TextFiles.ofWidth(ModelCatalogue.open(), config.langTokenDim(), config.name());
        var started = Engines.start(engine);
        console.say("training " + config.name() + " by " + recipe.name() + " on "
                + videos.training().size() + " videos, " + videos.validation().size() + " for validation, on "
                + started.device() + ", " + started.threads() + " threads");
        SelectorTraining.Outcome outcome;
        try (var text = words.open(started.device(), out.resolve("text"));
                var progress = console.progress("train", recipe.epochs())) {
            outcome = SelectorTraining.run(
                    out, config, recipe, videos, text, listener(console, progress), Interruption::isTaken);
        }
        if (!outcome.isFinished()) {
            throw new InterruptedException("stopped after a checkpoint");
        }
        console.result(String.format(
                Locale.ROOT,
                "best %s %.4f: %s",
                recipe.best().name().toLowerCase(Locale.ROOT),
                outcome.best(),
                outcome.run().best()));
        return outcome;
    }

    private static TrainingProgress listener(Console console, Progress progress) {
        return new TrainingProgress() {
            @Override
            public void unreachable(int without, int expressions, String first) {
                console.warn(without + " of " + expressions + " training expressions have no track above the label"
                        + " threshold and only teach what not to take (first: " + first + ")");
            }

            @Override
            public void step(int epoch, int step, int stepsPerEpoch, double loss) {
                progress.at(epoch, String.format(Locale.ROOT, "step %d of %d, loss %.3f", step, stepsPerEpoch, loss));
            }

            @Override
            public void epoch(int epoch, int epochs, Map<String, Double> figures, boolean isBest) {
                var line = new StringBuilder();
                figures.forEach((name, value) -> line.append(String.format(Locale.ROOT, " %s %.4f", name, value)));
                progress.at(epoch + 1L, isBest ? "best so far" : "");
                console.detail("epoch " + (epoch + 1) + line);
            }
        };
    }
}
