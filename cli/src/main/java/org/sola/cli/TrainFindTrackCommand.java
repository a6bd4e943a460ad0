package org.sola.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.sola.alphaclip.AlphaClipConfig;
import org.sola.config.Configs;
import org.sola.cutie.CutieConfig;
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
            "Trains the small networks of FindTrack on generated videos: what segments, what aligns, what propagates.",
            "Stopped or killed, the same command goes on from its last checkpoint."
        },
        footer = {
            "",
            "Examples:",
            "  sola train-findtrack --out runs/findtrack",
            "  sola train-findtrack --out runs/short --set segmenter.steps=200 --set aligner.steps=0 \\",
            "    --set propagator.steps=0"
        })
final class TrainFindTrackCommand extends SolaCommand {
    private static final String SEGMENTER = "evf-sam-nano";
    private static final String VISUAL_MODEL = "sam2.1-nano";
    private static final String ALIGNER = "alpha-clip-nano";
    private static final String PROPAGATOR = "cutie-nano";

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
                home.resolve("checkpoints/" + SEGMENTER + ".sentencepiece.model"),
                Optional.of(home.resolve("checkpoints/" + VISUAL_MODEL + ".safetensors")));
        var aligner = AlphaClipConfig.read(ProjectHome.modelConfigs().resolve(ALIGNER + ".yaml"));
        var propagator = CutieConfig.read(ProjectHome.modelConfigs().resolve(PROPAGATOR + ".yaml"));
        var started = Engines.start(engine);
        console.say("training " + SEGMENTER + ", " + ALIGNER + " and " + PROPAGATOR + " on " + started.device() + ", "
                + started.threads() + " threads");
        var training = new FindTrackTraining(
                segmenter, aligner, propagator, recipe, folder, console::say, Interruption::isTaken);
        if (!training.run()) {
            throw new InterruptedException("stopped after a checkpoint");
        }
        training.weightsFiles().forEach(file -> console.result("weights: " + file));
        console.json(Map.of(
                "weights", training.weightsFiles().stream().map(Path::toString).toList()));
        return Failures.DONE;
    }
}
