package org.sola.cli;

import ai.djl.ndarray.NDManager;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.sola.alphaclip.AlphaClipConfig;
import org.sola.cutie.CutieConfig;
import org.sola.evfsam.EvfSamConfig;
import org.sola.train.findtrack.FindTrackRecipe;
import org.sola.train.findtrack.FindTrackTraining;
import org.sola.train.findtrack.FineTuning;
import org.sola.train.findtrack.FineTuningRecipe;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code sola train-findtrack}: how the small networks of FindTrack that ship were made, and FindTrack++. */
@Command(
        name = "train-findtrack",
        description = {
            "Trains the small networks of FindTrack on generated videos: what segments, what aligns, what propagates.",
            "With --data it fine-tunes a segmenter on a data set instead, which makes FindTrack++ of FindTrack.",
            "Stopped or killed, the same command goes on from its last checkpoint."
        },
        footer = {
            "",
            "Examples:",
            "  sola train-findtrack --out runs/findtrack",
            "  sola train-findtrack --out runs/short --set segmenter.steps=200 --set aligner.steps=0 \\",
            "    --set propagator.steps=0",
            "  sola train-findtrack --data mevis/train --out runs/plus --device cuda",
            "  sola infer --backend findtrack --segmenter runs/plus/evf-sam-multitask-tuned.safetensors ..."
        })
final class TrainFindTrackCommand extends SolaCommand {
    private static final String SEGMENTER = "evf-sam-nano";
    private static final String VISUAL_MODEL = "sam2.1-nano";
    private static final String ALIGNER = "alpha-clip-nano";
    private static final String PROPAGATOR = "cutie-nano";

    @Option(names = "--out", paramLabel = "DIR", description = "Where checkpoints and the weights go.")
    private Optional<Path> out;

    @Option(
            names = "--data",
            paramLabel = "DIR",
            description = "Fine-tune the segmenter on this split, which has masks; settings are those of"
                    + " configs/train/findtrack-plus.yaml.")
    private Optional<Path> data;

    @Option(
            names = "--segmenter",
            paramLabel = "NAME|FILE|DIR",
            defaultValue = "evf-sam-multitask",
            description = "What --data fine-tunes, an EVF-SAM (default: ${DEFAULT-VALUE}).")
    private String segmenter;

    @Mixin
    private ConfigOptions settings;

    @Mixin
    private EngineOptions engine;

    @Override
    int run(Console console) throws IOException, InterruptedException {
        return data.isPresent() ? tune(console, data.get()) : train(console);
    }

    private int train(Console console) throws IOException, InterruptedException {
        var home = ProjectHome.path();
        var recipe = settings.load(FindTrackRecipe.class, home.resolve("configs/train/findtrack-nano.yaml"));
        if (settings.isPrinted(console, recipe)) {
            return Failures.DONE;
        }
        var networks = new FindTrackTraining.Segmenter(
                EvfSamConfig.read(ProjectHome.modelConfigs().resolve(SEGMENTER + ".yaml")),
                home.resolve("checkpoints/" + SEGMENTER + ".sentencepiece.model"),
                Optional.of(home.resolve("checkpoints/" + VISUAL_MODEL + ".safetensors")));
        var aligner = AlphaClipConfig.read(ProjectHome.modelConfigs().resolve(ALIGNER + ".yaml"));
        var propagator = CutieConfig.read(ProjectHome.modelConfigs().resolve(PROPAGATOR + ".yaml"));
        var folder = TrainingRun.folder(out);
        var started = Engines.start(engine);
        console.say("training " + SEGMENTER + ", " + ALIGNER + " and " + PROPAGATOR + " on " + started.device() + ", "
                + started.threads() + " threads");
        var training = new FindTrackTraining(
                networks, aligner, propagator, recipe, folder, console::say, Interruption::isTaken);
        return TrainingRun.done(console, training.run(), training.weightsFiles());
    }

    private int tune(Console console, Path split) throws IOException, InterruptedException {
        var recipe =
                settings.load(FineTuningRecipe.class, ProjectHome.path().resolve("configs/train/findtrack-plus.yaml"));
        if (settings.isPrinted(console, recipe)) {
            return Failures.DONE;
        }
        var folder = TrainingRun.folder(out);
        var dataset = Datasets.withTruth(split).withFrames();
        dataset.problems().forEach(problem -> console.warn(problem.toString()));
        var start = FindTrackModels.segmenter(ModelCatalogue.open(), segmenter).segmenterFiles();
        var started = Engines.start(engine);
        console.say("tuning " + start.config().name() + " on " + split + ", on " + started.device() + ", "
                + started.threads() + " threads");
        var tuning = new FineTuning(start, dataset, recipe, folder, console::say, Interruption::isTaken);
        try (var manager = NDManager.newBaseManager(started.device())) {
            return TrainingRun.done(console, tuning.run(manager), List.of(tuning.weightsFile()));
        }
    }
}
