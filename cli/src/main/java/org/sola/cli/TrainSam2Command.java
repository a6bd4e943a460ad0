package org.sola.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.sola.sam2.Sam2Config;
import org.sola.train.sam2.Sam2Recipe;
import org.sola.train.sam2.Sam2Training;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code sola train-sam2}: how the small SAM 2 that ships was made. */
@Command(
        name = "train-sam2",
        description = {
            "Trains the small SAM 2 on generated scenes: prompts on single images, then tracking through clips.",
            "Stopped or killed, the same command goes on from its last checkpoint."
        },
        footer = {
            "",
            "Examples:",
            "  sola train-sam2 --out runs/sam2",
            "  sola train-sam2 --out runs/short --set imageSteps=200 --set videoSteps=50"
        })
final class TrainSam2Command extends SolaCommand {
    @Option(names = "--out", paramLabel = "DIR", description = "Where checkpoints, the log and the weights go.")
    private Optional<Path> out;

    @Mixin
    private ConfigOptions settings;

    @Mixin
    private EngineOptions engine;

    @Override
    int run(Console console) throws IOException, InterruptedException {
        var home = ProjectHome.path();
        var recipe = settings.load(Sam2Recipe.class, home.resolve("configs/train/sam2-nano.yaml"));
        if (settings.isPrinted(console, recipe)) {
            return Failures.DONE;
        }
        var folder = TrainingRun.folder(out);
        var config = Sam2Config.read(ProjectHome.modelConfigs().resolve("sam2.1-nano.yaml"));
        var started = Engines.start(engine);
        console.say("training " + config.name() + " on " + started.device() + ", " + started.threads() + " threads");
        var training = new Sam2Training(config, recipe, folder, console::say, Interruption::isTaken);
        return TrainingRun.done(console, training.run(), List.of(training.weightsFile()));
    }
}
