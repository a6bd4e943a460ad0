package org.sola.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.sola.config.Configs;
import org.sola.evfsam.EvfSamConfig;
import org.sola.train.findtrack.FindTrackRecipe;
import org.sola.train.findtrack.FindTrackTraining;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code sola train-findtrack}: how the small networks of FindTrack that ship were made. */
@Command(
        name = "train-findtrack",
        description = {
            "Trains the small referring segmenter of FindTrack on frames of generated videos and their expressions.",
            "Stopped or killed, the same command goes on from its last checkpoint."
        },
        footer = {
            "",
            "Examples:",
            "  sola train-findtrack --out runs/findtrack",
            "  sola train-findtrack --out runs/short --set segmenter.steps=200"
        })
final class TrainFindTrackCommand extends SolaCommand {
    private static final String SEGMENTER = "evf-sam-nano";

    @Option(names = "--out", paramLabel = "DIR", description = "Where checkpoints and the weights go.")
    private Optional<Path> out;

    @Mixin
    private ConfigOptions settings;

    @Mixin
    private EngineOptions engine;

    @Override
    int run(Console console) throws IOException, InterruptedException {
        var home = ProjectHome.path();
        var recipe = settings.load(FindTrackRecipe.class, home.resolve("configs/train/findtrack-nano.yaml"));
        if (settings.print) {
            console.result(Configs.toYaml(recipe).stripTrailing());
            return Failures.DONE;
        }
        var folder =
                out.orElseThrow(() -> new IllegalArgumentException("--out DIR is needed: where the training goes"));
        var segmenter = new FindTrackTraining.Segmenter(
                EvfSamConfig.read(ProjectHome.modelConfigs().resolve(SEGMENTER + ".yaml")),
                home.resolve("checkpoints/" + SEGMENTER + ".sentencepiece.model"));
        var started = Engines.start(engine);
        console.say("training " + SEGMENTER + " on " + started.device() + ", " + started.threads() + " threads");
        var training = new FindTrackTraining(segmenter, recipe, folder, console::say, () -> Thread.currentThread()
                .isInterrupted());
        if (!training.run()) {
            throw new InterruptedException("stopped after a checkpoint");
        }
        console.result("weights: " + training.weightsFile());
        console.json(Map.of("weights", training.weightsFile().toString()));
        return Failures.DONE;
    }
}
