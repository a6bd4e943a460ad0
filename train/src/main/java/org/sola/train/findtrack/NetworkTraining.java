package org.sola.train.findtrack;

import ai.djl.engine.Engine;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.NDScope;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.StringJoiner;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.IntFunction;
import java.util.function.Predicate;
import org.sola.tensor.SafetensorsWriter;
import org.sola.tensor.Weights;
import org.sola.train.AdamW;
import org.sola.train.TrainingLoop;

/**
 * The training of one network. Its last checkpoint lies beside its weights, and the same training continues from it as
 * if it had not been stopped.
 *
 * @param name of the network; its averaged weights are {@code NAME.safetensors}
 * @param digest of everything that the result depends on
 * @param steps optimiser steps
 * @param learningRate largest learning rate
 * @param schedule the rest of the optimiser's settings
 * @param <T> a step's data
 */
record NetworkTraining<T>(
        String name, String digest, int steps, double learningRate, FindTrackRecipe.Schedule schedule) {

    /** What a network learns from. */
    interface Lesson<T> {
        /** The loss of a step, on the way of which gradients are collected. */
        StepResult forward(int step, T batch);
    }

    /**
     * A network that learns.
     *
     * @param weights its parameters
     * @param isFrozen names of those that are drawn once and stay
     * @param source a step's data, by its number alone
     * @param lesson its loss
     */
    record Learner<T>(Weights weights, Predicate<String> isFrozen, IntFunction<T> source, Lesson<T> lesson) {}

    /**
     * Where a training goes and who listens.
     *
     * @param folder of checkpoint and weights
     * @param log receives a line now and then
     * @param isStopped asked after every step; true ends the run after a checkpoint
     */
    record Place(Path folder, Consumer<String> log, BooleanSupplier isStopped) {
        Path weights(String name) {
            return folder.resolve(name + ".safetensors");
        }

        private Path checkpoint(String name) {
            return folder.resolve(name + ".checkpoint.safetensors");
        }
    }

    /** Runs what is left of the steps; returns whether they are complete. */
    boolean run(Learner<T> learner, Place place, NDManager manager) throws IOException {
        var run = new Run(learner, place, manager);
        var loop = new TrainingLoop(schedule.checkpointSteps(), place.isStopped());
        int start = run.load();
        return start >= steps || loop.run(start, steps, learner.source(), run).stepsDone() >= steps;
    }

    /** One session of it. */
    private final class Run implements TrainingLoop.Work<T> {
        private final Learner<T> learner;
        private final Place place;
        private final AdamW optimiser;
        private Means means = new Means();

        private Run(Learner<T> learner, Place place, NDManager manager) {
            this.learner = learner;
            this.place = place;
            var parameters = new LinkedHashMap<>(learner.weights().used());
            parameters.keySet().removeIf(learner.isFrozen());
            optimiser = new AdamW(
                    parameters, manager, schedule.weightDecay(), schedule.clipNorm(), schedule.averageDecay());
        }

        private int load() throws IOException {
            var checkpoint = place.checkpoint(name);
            if (!Files.exists(checkpoint)) {
                return 0;
            }
            var saved = optimiser.load(checkpoint);
            if (!digest.equals(saved.get("digest"))) {
                throw new IllegalArgumentException(checkpoint + " is of a training with another recipe or other sizes"
                        + "; give --out another folder, or the settings that it was begun with");
            }
            int step = Integer.parseInt(saved.get("step"));
            place.log().accept("continuing at step " + step + " of " + checkpoint);
            return step;
        }

        @Override
        public void step(int step, T batch) {
            try (var scope = new NDScope()) {
                scope.suppressNotUsedWarning();
                StepResult result;
                try (var collector = Engine.getInstance().newGradientCollector()) {
                    result = learner.lesson().forward(step, batch);
                    collector.backward(result.loss());
                }
                float loss = result.loss().getFloat();
                if (!Float.isFinite(loss)) {
                    throw new IllegalStateException(
                            name + ", step " + step + ": the loss is " + loss + "; lower the learning rate");
                }
                float norm = optimiser.step(schedule.learningRate(learningRate, step, steps));
                means.add("loss", loss, 1);
                result.figures()
                        .forEach(figure -> means.add(figure.name(), figure.sum().getFloat(), figure.count()));
                if (Float.isFinite(norm)) {
                    means.add("norm", norm, 1);
                } else {
                    means.skipped++; // the optimiser has left such a step out
                }
            }
        }

        @Override
        public void log(int stepsDone, double secondsAStep) {
            place.log()
                    .accept(String.format(
                            Locale.ROOT,
                            "%s: step %d of %d: %s, %.3f s a step",
                            name,
                            stepsDone,
                            steps,
                            means,
                            secondsAStep));
            means = new Means();
        }

        @Override
        public void save(int step) throws IOException {
            optimiser.save(
                    place.checkpoint(name), Map.of("step", Integer.toString(step), "digest", digest, "model", name));
            var writer = new SafetensorsWriter().metadata("model", name).metadata("step", Integer.toString(step));
            var averaged = optimiser.averages();
            learner.weights().used().forEach((parameter, array) -> {
                if (!parameter.startsWith(FindTrackTraining.AUXILIARY)) {
                    writer.add(parameter, averaged.getOrDefault(parameter, array));
                }
            });
            writer.write(place.weights(name));
        }
    }

    /** Means of what was found since the last line. */
    private static final class Means {
        private final Map<String, double[]> sums = new LinkedHashMap<>(); // sum, count
        private int skipped;

        private void add(String figure, double sum, double count) {
            var total = sums.computeIfAbsent(figure, key -> new double[2]);
            total[0] += sum;
            total[1] += count;
        }

        @Override
        public String toString() {
            var line = new StringJoiner(", ");
            sums.forEach((figure, total) -> line.add(
                    total[1] == 0
                            ? figure + " none"
                            : String.format(Locale.ROOT, "%s %.3f", figure, total[0] / total[1])));
            return line + (skipped > 0 ? ", " + skipped + " steps left out (gradients not finite)" : "");
        }
    }
}
