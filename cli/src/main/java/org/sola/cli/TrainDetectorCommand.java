package org.sola.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.sola.detector.BoxDetectorConfig;
import org.sola.sam2.Sam2Config;
import org.sola.train.detector.DetectorRecipe;
import org.sola.train.detector.DetectorTraining;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code sola train-detector}: how the small detector that ships was made. */
@Command(
        name = "train-detector",
        description = {
            "Trains the small box detector on generated scenes, on the features of the small SAM 2, which stays as it is.",
            "Stopped or killed, the same command goes on from its last checkpoint."
        },
        footer = {
            "",
            "Examples:",
            "  sola train-detector --out runs/detector",
            "  sola train-detector --out runs/mine --encoder runs/sam2/sam2.1-nano.safetensors --set steps=300"
        })
final class TrainDetectorCommand extends SolaCommand {
    private static final String MODEL = "detector-nano";

    @Option(names = "--out", paramLabel = "DIR", description = "Where checkpoints and the weights go.")
    private Optional<Path> out;

    @Option(
            names = "--encoder",
            paramLabel = "NAME|FILE",
            defaultValue = "sam2.1-nano",
            description = "Weights of the SAM 2 whose features it learns to read (default: ${DEFAULT-VALUE}).")
    private String encoder;

    @Mixin
    private ConfigOptions settings;

    @Mixin
    private EngineOptions engine;

    @Override
    int run(Console console) throws IOException, InterruptedException {
        var recipe =
                settings.load(DetectorRecipe.class, ProjectHome.path().resolve("configs/train/" + MODEL + ".yaml"));
        if (settings.isPrinted(console, recipe)) {
            return Failures.DONE;
        }
        var folder = TrainingRun.folder(out);
        var config = BoxDetectorConfig.read(ProjectHome.modelConfigs().resolve(MODEL + ".yaml"));
        var files = ModelCatalogue.open().sam2(encoder);
        if (!files.name().equals(config.encoder())) {
            throw new IllegalArgumentException("--encoder " + encoder + " is " + files.name() + ", " + MODEL
                    + " reads the features of " + config.encoder());
        }
        var started = Engines.start(engine);
        console.say("training " + MODEL + " on the features of " + files.checkpoint() + " on " + started.device() + ", "
                + started.threads() + " threads");
        var training = new DetectorTraining(
                config,
                new DetectorTraining.Encoder(Sam2Config.read(files.config()), files.checkpoint()),
                recipe,
                folder,
                console::say,
                Interruption::isTaken);
        return TrainingRun.done(console, training.run(), List.of(training.weightsFile()));
    }
}
