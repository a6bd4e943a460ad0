package org.sola.train.sam2;

import ai.djl.engine.Engine;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.NDScope;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.function.BiFunction;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.IntFunction;
import java.util.function.Predicate;
import org.sola.demo.SceneConfig;
import org.sola.demo.SceneRenderer;
import org.sola.demo.SceneSampler;
import org.sola.sam2.Sam2Config;
import org.sola.tensor.SafetensorsWriter;
import org.sola.tensor.Weights;
import org.sola.train.AdamW;
import org.sola.train.TrainingLoop;

/**
 * Trains a small SAM 2 on generated scenes, in five stages: what things are, prompts on single images, tokens, tracking
 * through clips, memory alone. It can be stopped at any step and continues from its last checkpoint as if it had not been.
 */
public final class Sam2Training {
    /** Prefix of parameters that serve the training only and do not ship. */
    static final String AUXILIARY = "auxiliary";

    private static final String ENCODER = "image_encoder.";
    private static final String FROZEN = "positional_encoding_gaussian_matrix";

    private final Sam2Config config;
    private final Sam2Recipe recipe;
    private final Path folder;
    private final Consumer<String> log;
    private final BooleanSupplier isStopped;

    /**
     * @param folder where checkpoints, the log and the final weights go
     * @param log receives a line now and then
     * @param isStopped asked after every step; true ends the run after a checkpoint
     */
    public Sam2Training(
            Sam2Config config, Sam2Recipe recipe, Path folder, Consumer<String> log, BooleanSupplier isStopped) {
        this.config = config;
        this.recipe = recipe;
        this.folder = folder;
        this.log = log;
        this.isStopped = isStopped;
    }

    /** The averaged weights so far, written after each checkpoint and at the end. */
    public Path weightsFile() {
        return folder.resolve(config.name() + ".safetensors");
    }

    /** Runs what is left of the stages; returns whether they are complete. */
    public boolean run() throws IOException {
        Files.createDirectories(folder);
        try (var manager = NDManager.newBaseManager()) {
            var weights = Weights.initialise(recipe.seed(), start(), manager);
            var kind = KindStage.of(config, weights);
            var image = ImageStage.of(config, weights);
            var video = VideoStage.of(config, weights);
            var parameters = new LinkedHashMap<>(weights.used());
            parameters.keySet().removeIf(name -> name.endsWith(FROZEN));
            var optimiser =
                    new AdamW(parameters, manager, recipe.weightDecay(), recipe.clipNorm(), recipe.averageDecay());
            int step = 0;
            Path checkpoint = folder.resolve("checkpoint.safetensors");
            if (Files.exists(checkpoint)) {
                step = Integer.parseInt(optimiser.load(checkpoint).get("step"));
                log.accept("continuing at step " + step + " of " + checkpoint);
            }
            var run = new Run(weights, optimiser, checkpoint);
            int first = 0;
            for (var stage : stages(kind, image, video, manager)) {
                if (step < first + stage.steps()) {
                    step = run.stage(stage, step, first);
                    if (run.stopped) {
                        return false;
                    }
                }
                first += stage.steps();
            }
            return true;
        }
    }

    /**
     * Steps that teach one thing.
     *
     * @param name in the log
     * @param rate largest learning rate
     * @param learns which parameters learn; the others stay
     * @param source a step's input
     * @param forward a step's loss
     */
    private record Stage<T>(
            String name,
            int steps,
            double rate,
            Predicate<String> learns,
            IntFunction<T> source,
            BiFunction<T, Integer, StepResult> forward) {}

    private List<Stage<?>> stages(KindStage kind, ImageStage image, VideoStage video, NDManager manager) {
        Predicate<String> everything = name -> true;
        return List.of(
                new Stage<>(
                        "kind",
                        recipe.kindSteps(),
                        recipe.kindLearningRate(),
                        name -> name.startsWith(ENCODER) || name.startsWith(AUXILIARY),
                        this::kindBatch,
                        (batch, step) -> kind.forward(batch, manager)),
                new Stage<>(
                        "image",
                        recipe.imageSteps(),
                        recipe.imageLearningRate(),
                        everything,
                        this::imageBatch,
                        (batch, step) -> image.forward(batch, denseWeight(step), manager)),
                new Stage<>(
                        "token",
                        recipe.tokenSteps(),
                        recipe.tokenLearningRate(),
                        name -> !name.startsWith(ENCODER),
                        this::tokenBatch,
                        (batch, step) -> image.forwardFrozen(batch, manager)),
                new Stage<>(
                        "video",
                        recipe.videoSteps(),
                        recipe.videoLearningRate(),
                        everything,
                        this::clipBatch,
                        (batch, step) -> video.forward(batch, manager)),
                new Stage<>(
                        "memory",
                        recipe.memorySteps(),
                        recipe.memoryLearningRate(),
                        VideoStage::isMemory,
                        step -> clips().sample(recipe.memoryFrames(), clipRandom(step)),
                        (batch, step) -> video.forwardMasks(batch, manager)));
    }

    private Optional<Path> start() {
        return recipe.start().isEmpty() ? Optional.empty() : Optional.of(Path.of(recipe.start()));
    }

    private double denseWeight(int step) {
        return Math.max(0, 1 - (double) (step - recipe.kindSteps()) / recipe.denseSteps());
    }

    private KindBatch kindBatch(int step) {
        var random = new SplittableRandom(recipe.seed() * 5_000_011 + step);
        return KindBatch.of(images(recipe.kindImages(), SceneConfig.kinds(), random));
    }

    private ImageBatch imageBatch(int number) {
        int step = number - recipe.kindSteps();
        var random = new SplittableRandom(recipe.seed() * 1_000_003 + step);
        var scenes = step < recipe.easySteps() ? SceneConfig.easyImage() : SceneConfig.image();
        return ImageBatch.of(images(recipe.images(), scenes, random), recipe.prompts(), random);
    }

    private ImageBatch tokenBatch(int step) {
        var random = new SplittableRandom(recipe.seed() * 9_000_011 + step);
        var images = images(recipe.tokenImages(), SceneConfig.kinds(), random);
        return ImageBatch.of(images, recipe.tokenPrompts(), random);
    }

    /** Images in which something can be seen. */
    private List<TrainingImage> images(int count, SceneConfig scenes, SplittableRandom random) {
        var config = scenes.withSize(this.config.imageSize(), this.config.imageSize());
        var images = new ArrayList<TrainingImage>();
        while (images.size() < count) {
            var scene = SceneSampler.image(random.nextLong(), config);
            var image = TrainingImage.of(scene, SceneRenderer.of(scene), 0);
            if (!image.visible(KindBatch.SMALLEST_PIXELS).isEmpty()) {
                images.add(image);
            }
        }
        return images;
    }

    private ClipBatch clipBatch(int step) {
        int steps = step - recipe.kindSteps() - recipe.imageSteps() - recipe.tokenSteps();
        return clips().sample(recipe.clipFrames(steps), clipRandom(step));
    }

    private ClipSampler clips() {
        return new ClipSampler(config.imageSize(), recipe.clipObjects(), recipe.hiddenShare());
    }

    private SplittableRandom clipRandom(int step) {
        return new SplittableRandom(recipe.seed() * 7_000_003 + step);
    }

    /** The loop that the stages share. */
    private final class Run {
        private final Weights weights;
        private final AdamW optimiser;
        private final Path checkpoint;
        private boolean stopped;

        private Run(Weights weights, AdamW optimiser, Path checkpoint) {
            this.weights = weights;
            this.optimiser = optimiser;
            this.checkpoint = checkpoint;
        }

        /** Runs what is left of a stage whose first step is {@code first}; returns the steps done in all. */
        private <T> int stage(Stage<T> stage, int start, int first) throws IOException {
            optimiser.teachOnly(stage.learns());
            var work = new TrainingLoop.Work<T>() {
                private RunningMean averages = new RunningMean();

                @Override
                public void step(int step, T batch) {
                    Run.this.step(stage, step, first, batch, averages);
                }

                @Override
                public void log(int stepsDone, double secondsAStep) {
                    log.accept(String.format(
                            "%s step %d: %s, %.3f s a step", stage.name(), stepsDone, averages, secondsAStep));
                    averages = new RunningMean();
                }

                @Override
                public void save(int stepsDone) throws IOException {
                    Run.this.save(stepsDone);
                }
            };
            var loop = new TrainingLoop(recipe.checkpointSteps(), isStopped);
            var outcome = loop.run(start, first + stage.steps(), stage.source(), work);
            stopped = outcome.isStopped();
            return outcome.stepsDone();
        }

        private <T> void step(Stage<T> stage, int step, int first, T batch, RunningMean averages) {
            try (var scope = new NDScope()) {
                scope.suppressNotUsedWarning();
                StepResult result;
                try (var collector = Engine.getInstance().newGradientCollector()) {
                    result = stage.forward().apply(batch, step);
                    collector.backward(result.loss());
                }
                float loss = result.loss().getFloat();
                if (!Float.isFinite(loss)) {
                    throw new IllegalStateException(
                            stage.name() + " step " + step + ": the loss is " + loss + "; lower the learning rate");
                }
                float norm = optimiser.step(recipe.learningRate(stage.rate(), step - first, stage.steps()));
                averages.add(
                        loss,
                        result.bestIou().getFloat(),
                        result.singleIou().getFloat(),
                        result.kindAccuracy().getFloat(),
                        norm);
            }
        }

        private void save(int step) throws IOException {
            optimiser.save(checkpoint, Map.of("step", Integer.toString(step), "model", config.name()));
            var writer =
                    new SafetensorsWriter().metadata("model", config.name()).metadata("step", Integer.toString(step));
            var averaged = optimiser.averages();
            weights.used().forEach((name, array) -> {
                if (!name.startsWith(AUXILIARY)) {
                    writer.add(name, averaged.getOrDefault(name, array));
                }
            });
            writer.write(weightsFile());
        }
    }

    /** Means of what was logged since the last line. */
    private static final class RunningMean {
        private final double[] sums = new double[5];
        private int n;
        private int skipped;

        private void add(double... values) {
            if (!Double.isFinite(values[4])) {
                skipped++; // the optimiser has left such a step out
                return;
            }
            for (int i = 0; i < sums.length; i++) {
                sums[i] += values[i];
            }
            n++;
        }

        @Override
        public String toString() {
            return String.format(
                            "loss %.3f, iou best %.3f single %.3f, kind %.3f, norm %.2f",
                            sums[0] / n, sums[1] / n, sums[2] / n, sums[3] / n, sums[4] / n)
                    + (skipped > 0 ? ", " + skipped + " steps left out (gradients not finite)" : "");
        }
    }
}
