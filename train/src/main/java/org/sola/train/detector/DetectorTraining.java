package org.sola.train.detector;

import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.NDScope;
import ai.djl.ndarray.types.Shape;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.sola.demo.DemoScene;
import org.sola.demo.RenderedFrame;
import org.sola.demo.SceneConfig;
import org.sola.demo.SceneRenderer;
import org.sola.demo.SceneSampler;
import org.sola.detector.BoxDetector;
import org.sola.detector.BoxDetectorConfig;
import org.sola.detector.DetectorCheckpoint;
import org.sola.file.Sha256;
import org.sola.sam2.FrameFeatures;
import org.sola.sam2.ImageEncoder;
import org.sola.sam2.Sam2Config;
import org.sola.tensor.EngineMemory;
import org.sola.tensor.SafetensorsWriter;
import org.sola.tensor.Weights;
import org.sola.train.AdamW;
import org.sola.train.TrainingLoop;

/**
 * Trains a box detector on generated scenes, on top of a SAM 2 encoder that stays as it is. It can be stopped at any step
 * and continues from its last checkpoint as if it had not been.
 */
public final class DetectorTraining {
    private final BoxDetectorConfig config;
    private final Encoder encoder;
    private final DetectorRecipe recipe;
    private final Path folder;
    private final Consumer<String> log;
    private final BooleanSupplier isStopped;
    private final String recipeDigest;

    /**
     * The encoder whose features are read.
     *
     * @param config its sizes
     * @param weights its checkpoint
     */
    public record Encoder(Sam2Config config, Path weights) {}

    /**
     * @param folder where checkpoints, the log and the final weights go
     * @param log receives a line now and then
     * @param isStopped asked after every step; true ends the run after a checkpoint
     */
    public DetectorTraining(
            BoxDetectorConfig config,
            Encoder encoder,
            DetectorRecipe recipe,
            Path folder,
            Consumer<String> log,
            BooleanSupplier isStopped) {
        this.config = config;
        this.encoder = encoder;
        this.recipe = recipe;
        this.folder = folder;
        this.log = log;
        this.isStopped = isStopped;
        this.recipeDigest = Sha256.of(config + "\n" + recipe);
    }

    /** The averaged weights so far, written after each checkpoint and at the end. */
    public Path weightsFile() {
        return folder.resolve(config.name() + ".safetensors");
    }

    /** Runs what is left of the steps; returns whether they are complete. */
    public boolean run() throws IOException {
        Files.createDirectories(folder);
        try (var manager = NDManager.newBaseManager()) {
            return new Run(manager).go();
        }
    }

    private DetectorBatch batch(int step) {
        var random = new SplittableRandom(recipe.seed() * 3_000_017 + step);
        int size = encoder.config().imageSize();
        var frames = new ArrayList<RenderedFrame>();
        for (int v = 0; v < recipe.videos(); v++) {
            var scene =
                    SceneSampler.video(random.nextLong(), SceneConfig.video().withSize(size, size));
            addFrames(scene, recipe.frames(), random, frames);
        }
        for (int i = 0; i < recipe.images(); i++) {
            var scene =
                    SceneSampler.image(random.nextLong(), SceneConfig.image().withSize(size, size));
            addFrames(scene, 1, random, frames);
        }
        return DetectorBatch.of(frames, recipe.smallestPixels(), recipe.cells());
    }

    private static void addFrames(DemoScene scene, int count, SplittableRandom random, List<RenderedFrame> frames) {
        var renderer = SceneRenderer.of(scene);
        for (int i = 0; i < count; i++) {
            frames.add(renderer.render(random.nextInt(scene.frames())));
        }
    }

    /** One session of a training. */
    private final class Run implements TrainingLoop.Work<DetectorBatch> {
        private final NDManager manager;
        private final String encoderSha256;
        private final ImageEncoder imageEncoder;
        private final BoxDetector detector;
        private final Weights weights;
        private final AdamW optimiser;
        private final Path checkpoint = folder.resolve("checkpoint.safetensors");
        private Means means = new Means();

        private Run(NDManager manager) throws IOException {
            this.manager = manager;
            encoderSha256 = Sha256.of(encoder.weights());
            imageEncoder = ImageEncoder.of(encoder.config(), Weights.open(encoder.weights(), manager));
            weights = Weights.initialise(recipe.seed(), manager);
            detector = BoxDetector.of(config, encoder.config(), weights);
            optimiser =
                    new AdamW(weights.used(), manager, recipe.weightDecay(), recipe.clipNorm(), recipe.averageDecay());
        }

        private boolean go() throws IOException {
            int start = Files.exists(checkpoint) ? load() : 0;
            var loop = new TrainingLoop(recipe.checkpointSteps(), isStopped);
            return loop.run(start, recipe.steps(), DetectorTraining.this::batch, this)
                            .stepsDone()
                    >= recipe.steps();
        }

        private int load() throws IOException {
            var saved = optimiser.load(checkpoint);
            if (!encoderSha256.equals(saved.get("encoder")) || !recipeDigest.equals(saved.get("recipe"))) {
                throw new IllegalArgumentException(checkpoint + " is of a training with "
                        + (encoderSha256.equals(saved.get("encoder")) ? "another recipe" : "another encoder")
                        + "; give --out another folder, or the settings that it was begun with");
            }
            int step = Integer.parseInt(saved.get("step"));
            log.accept("continuing at step " + step + " of " + checkpoint);
            return step;
        }

        @Override
        public void step(int step, DetectorBatch batch) {
            try (var scope = new NDScope()) {
                scope.suppressNotUsedWarning();
                var features = encode(batch); // before gradients are collected: the encoder stays as it is
                DetectorLoss result;
                try (var collector = Engine.getInstance().newGradientCollector()) {
                    result = DetectorLoss.of(detector.forward(features), batch, recipe.boxWeight(), manager);
                    collector.backward(result.loss());
                }
                float loss = result.loss().getFloat();
                if (!Float.isFinite(loss)) {
                    throw new IllegalStateException(
                            "step " + step + ": the loss is " + loss + "; lower the learning rate");
                }
                float norm = optimiser.step(recipe.learningRate(step));
                means.add(loss, result.iou().getFloat(), result.score().getFloat(), norm);
            }
        }

        private FrameFeatures encode(DetectorBatch batch) {
            int length = 3 * batch.size() * batch.size();
            var all = new float[batch.pixels().size() * length];
            for (int f = 0; f < batch.pixels().size(); f++) {
                System.arraycopy(batch.pixels().get(f), 0, all, f * length, length);
            }
            NDArray images =
                    EngineMemory.of(manager, all, new Shape(batch.pixels().size(), 3, batch.size(), batch.size()));
            return imageEncoder.forward(images);
        }

        @Override
        public void log(int stepsDone, double secondsAStep) {
            log.accept(String.format(
                    Locale.ROOT, "step %d of %d: %s, %.3f s a step", stepsDone, recipe.steps(), means, secondsAStep));
            means = new Means();
        }

        @Override
        public void save(int step) throws IOException {
            optimiser.save(
                    checkpoint,
                    Map.of("step", Integer.toString(step), "encoder", encoderSha256, "recipe", recipeDigest));
            var writer = new SafetensorsWriter()
                    .metadata("model", config.name())
                    .metadata("encoder", config.encoder())
                    .metadata(DetectorCheckpoint.ENCODER_SHA256, encoderSha256)
                    .metadata("step", Integer.toString(step));
            optimiser.averages().forEach(writer::add);
            writer.write(weightsFile());
        }
    }

    /** Means of what was logged since the last line. */
    private static final class Means {
        private final double[] sums = new double[4];
        private int n;

        private void add(double... values) {
            for (int i = 0; i < sums.length; i++) {
                sums[i] += values[i];
            }
            n++;
        }

        @Override
        public String toString() {
            return String.format(
                    Locale.ROOT,
                    "loss %.3f, iou %.3f, score %.3f, norm %.2f",
                    sums[0] / n,
                    sums[1] / n,
                    sums[2] / n,
                    sums[3] / n);
        }
    }
}
