package org.sola.train.selector;

import ai.djl.Model;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.NDScope;
import ai.djl.training.dataset.Batch;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.BooleanSupplier;
import org.sola.selector.Selector;
import org.sola.selector.SelectorBlock;
import org.sola.selector.SelectorConfig;
import org.sola.tensor.SafetensorsWriter;
import org.sola.tensor.Weights;
import org.sola.text.TextEncoder;
import org.sola.train.AdamW;

/**
 * Trains a selector on tracks and expressions, everything else frozen, through DJL's {@code Trainer}. Every draw is fixed
 * by the recipe's seed and the number of the step, so a training that was stopped or killed and started again ends in the
 * same numbers.
 */
public final class SelectorTraining {
    /** Key of a checkpoint's metadata: the name of the text encoder that the selector was trained with. */
    public static final String TEXT_ENCODER = "text_encoder";

    /** What the numbers of that text encoder depend on, as {@link TextEncoder#fingerprint} tells it. */
    public static final String TEXT_FINGERPRINT = "text_fingerprint";

    private final SelectorConfig config;
    private final TrainingRecipe recipe;
    private final Map<String, String> textOrigin;
    private final SelectorDataset training;
    private final SelectorDataset validation;
    private final RunFolder run;
    private final SelectorLoss loss;
    private final Plateau plateau;
    private final TrainingProgress progress;
    private final BooleanSupplier isStopped;

    private SelectorBlock block;
    private AdamW adamw;
    private TrainingState state;

    private SelectorTraining(
            SelectorConfig config,
            TrainingRecipe recipe,
            Map<String, String> textOrigin,
            SelectorDataset training,
            SelectorDataset validation,
            RunFolder run,
            TrainingProgress progress,
            BooleanSupplier isStopped) {
        this.config = config;
        this.recipe = recipe;
        this.textOrigin = textOrigin;
        this.training = training;
        this.validation = validation;
        this.run = run;
        this.progress = progress;
        this.isStopped = isStopped;
        this.loss = new SelectorLoss(
                recipe.loss().positiveWeight(),
                recipe.loss().alignmentWeight(),
                recipe.loss().alignment());
        var rates = recipe.optimizer();
        this.plateau = new Plateau(
                rates.learningRate(), rates.plateauFactor(), rates.plateauPatience(), rates.plateauThreshold());
        this.state = TrainingState.start(rates.learningRate());
    }

    /**
     * How a training ended.
     *
     * @param run its files
     * @param isFinished false when it was asked to stop before its last epoch
     * @param best the best validation figure, by the recipe's measure
     */
    public record Outcome(RunFolder run, boolean isFinished, double best) {}

    /** What is trained on: two splits, both with the overlaps that labels are cut from. */
    public record Splits(TrainingVideos training, TrainingVideos validation) {}

    /**
     * Trains in {@code folder}, going on from the checkpoint there if there is one.
     *
     * @param isStopped asked after every step; once true, the state is saved and the training ends
     * @throws TrainingException if there is nothing to train on, the folder was begun with other settings, or the loss is
     *     not finite
     */
    public static Outcome run(
            Path folder,
            SelectorConfig config,
            TrainingRecipe recipe,
            Splits splits,
            TextEncoder text,
            TrainingProgress progress,
            BooleanSupplier isStopped)
            throws IOException {
        TrainingInput.check(config, splits, text);
        var training = SelectorDataset.of(splits.training(), text, recipe);
        var validation = SelectorDataset.of(splits.validation(), text, recipe);
        var run = new RunFolder(folder);
        run.begin(config, recipe, splits);
        TrainingInput.checkLabels(splits.training(), recipe.labelThreshold(), progress);
        var textOrigin = Map.of(TEXT_ENCODER, text.name(), TEXT_FINGERPRINT, text.fingerprint());
        return new SelectorTraining(config, recipe, textOrigin, training, validation, run, progress, isStopped).run();
    }

    private Outcome run() throws IOException {
        try (var model = Model.newInstance("selector", "PyTorch");
                var events = EventFile.create(run.folder())) {
            var manager = model.getNDManager();
            recipe.precision().refusal(manager.getDevice()).ifPresent(why -> {
                throw new TrainingException("precision is " + recipe.precision() + ", but " + why + "; set FLOAT32");
            });
            block = SelectorBlock.of(config, initialWeights(manager), recipe.precision());
            boolean isFresh = recipe.start().weights().isEmpty() && !Files.exists(run.last());
            if (isFresh && recipe.start().initial() == TrainingRecipe.Initial.LINEAR) {
                LinearStart.apply(config, block.state(), training.videos());
            }
            model.setBlock(block);
            var parameters = block.trainable();
            var rates = recipe.optimizer();
            adamw = new AdamW(parameters, manager, rates.weightDecay(), rates.clipNorm(), rates.averageDecay());
            if (Files.exists(run.last())) {
                state = TrainingState.of(adamw.load(run.last()));
                plateau.restore(state.plateau());
            }
            run.keepMetricsBefore(state.epoch());
            try (var step = SelectorStep.of(model, block, loss, adamw, this::learningRate)) {
                long count =
                        parameters.values().stream().mapToLong(NDArray::size).sum();
                progress.begun(state.epoch(), recipe.epochs(), training.stepsOfEpoch(), count);
                boolean isFinished = train(step, events);
                run.drawCurve();
                return new Outcome(run, isFinished, state.best());
            }
        }
    }

    /**
     * Initial values in memory of the engine's own: arrays made of Java's numbers lie at addresses of any alignment, and
     * the last bit of a matrix product depends on it.
     */
    private Weights initialWeights(NDManager manager) throws IOException {
        try (var temporary = manager.newSubManager()) {
            var start = recipe.start().weights();
            var initial = start.isEmpty()
                    ? Weights.initialise(recipe.seed(), temporary)
                    : Weights.open(Path.of(start), temporary);
            Selector.of(config, initial);
            if (!start.isEmpty()) {
                initial.requireAllUsed();
            }
            var arrays = new LinkedHashMap<String, NDArray>();
            initial.used().forEach((name, array) -> {
                var own = manager.zeros(array.getShape());
                array.copyTo(own);
                arrays.put(name, own);
            });
            return Weights.of(start.isEmpty() ? "initial values of seed " + recipe.seed() : start, arrays);
        }
    }

    private boolean train(SelectorStep step, EventFile events) throws IOException {
        while (state.epoch() < recipe.epochs() && !isStuck()) {
            long start = System.nanoTime();
            if (!trainEpoch(step)) {
                save();
                return false;
            }
            int steps = training.stepsOfEpoch();
            var figures = new LinkedHashMap<String, Double>();
            figures.put("train_loss", state.sums()[0] / steps);
            figures.put("train_bce", state.sums()[1] / steps);
            figures.put("train_align", state.sums()[2] / steps);
            figures.put("gradient_norm", state.sums()[3] / steps);
            figures.put("learning_rate", learningRate());
            var metrics = validate(step.manager());
            figures.putAll(metrics.values());
            figures.put("seconds", (System.nanoTime() - start) / 1e9);
            finishEpoch(metrics, figures, events);
        }
        return true;
    }

    /** Whether the best epoch lies so far back that the recipe gives up. */
    private boolean isStuck() {
        return recipe.earlyStopping() > 0 && state.epoch() - 1 - state.bestEpoch() >= recipe.earlyStopping();
    }

    private void finishEpoch(SelectionMetrics metrics, Map<String, Double> figures, EventFile events)
            throws IOException {
        int epoch = state.epoch();
        double quality =
                switch (recipe.best()) {
                    case LOSS -> -metrics.loss();
                    case F1 -> metrics.f1();
                    case EXPRESSION_F1 -> metrics.expressionF1();
                };
        boolean isBest = quality > state.best();
        if (isBest) {
            saveBest(metrics);
        }
        plateau.after(metrics.loss());
        run.addMetrics(epoch, figures);
        state = new TrainingState(
                epoch + 1,
                0,
                new double[4],
                plateau.state(),
                Math.max(quality, state.best()),
                isBest ? epoch : state.bestEpoch());
        save();
        events.scalars(epoch, figures);
        progress.epoch(epoch, recipe.epochs(), figures, isBest);
    }

    /** Returns false when asked to stop before the epoch's end. */
    private boolean trainEpoch(SelectorStep step) throws IOException {
        block.attends(attends());
        if (state.epoch() == recipe.start().silentEpochs() && state.step() == 0) {
            adamw.forget(); // moments of parameters that had no gradient yet
        }
        int steps = training.stepsOfEpoch();
        try (var batches = training.epoch(step.manager(), state.epoch(), state.step())) {
            while (batches.hasNext()) {
                try (var batch = batches.next()) {
                    train(step, batch);
                }
                int done = state.step() + 1;
                state = new TrainingState(
                        state.epoch(), done, state.sums(), state.plateau(), state.best(), state.bestEpoch());
                progress.step(state.epoch(), done, steps, state.sums()[0] / done);
                boolean isDue = recipe.checkpointSteps() > 0 && done % recipe.checkpointSteps() == 0;
                if (done < steps && isStopped.getAsBoolean()) {
                    return false;
                }
                if (done < steps && isDue) {
                    save();
                }
            }
        }
        return true;
    }

    private void train(SelectorStep step, Batch batch) throws IOException {
        long number = (long) state.epoch() * training.stepsOfEpoch() + state.step();
        var result = step.train(batch.getData(), batch.getLabels(), (int) (recipe.seed() * 31 + number));
        if (!result.isFinite()) {
            throw new TrainingException(
                    (Float.isFinite(result.loss()) ? "a gradient is not finite" : "the loss became " + result.loss())
                            + " in epoch " + state.epoch() + ", step " + state.step() + " ("
                            + training.describe((Long) batch.getIndices().get(0))
                            + "); look for infinite tokens there, or lower optimizer.learningRate. "
                            + run.last() + " holds the state before");
        }
        state.sums()[0] += result.loss();
        state.sums()[1] += result.crossEntropy();
        state.sums()[2] += result.alignment();
        state.sums()[3] += result.gradientNorm();
    }

    private boolean attends() {
        return state.epoch() >= recipe.start().silentEpochs();
    }

    private double learningRate() {
        var rates = recipe.optimizer();
        double step = (double) state.epoch() * training.stepsOfEpoch() + state.step();
        double total = (double) recipe.epochs() * training.stepsOfEpoch();
        double rate = rates.schedule() == TrainingRecipe.Schedule.COSINE
                ? rates.learningRate() * 0.5 * (1 + Math.cos(Math.PI * step / total))
                : plateau.learningRate();
        double joining = (double) recipe.start().silentEpochs() * training.size();
        double sinceStart = step >= joining ? step - joining : step; // what attention had not moved starts anew
        return rate * Math.min(1, (sinceStart + 1) / (rates.warmupSteps() + 1));
    }

    /** Scores the validation split with the averaged parameters and no dropout. */
    private SelectionMetrics validate(NDManager manager) throws IOException {
        try (var frozen = manager.newSubManager()) {
            var whole = Selector.of(config, Weights.of("the moving average", kept()))
                    .frozen(frozen);
            return validate(manager, attends() ? whole : whole.withoutAttention());
        }
    }

    private SelectionMetrics validate(NDManager manager, Selector selector) throws IOException {
        var metrics = new SelectionMetrics();
        try (var batches = validation.all(manager)) {
            while (batches.hasNext()) {
                addTo(metrics, batches.next(), selector);
            }
        }
        return metrics;
    }

    private void addTo(SelectionMetrics metrics, Batch batch, Selector selector) throws IOException {
        try (batch;
                var scope = new NDScope()) {
            scope.suppressNotUsedWarning();
            var data = batch.getData();
            var scores = SelectorBlock.score(selector, data, false);
            var predictions = new NDList(scores.scores(), scores.tokens(), selector.negatives());
            long index = (Long) batch.getIndices().get(0);
            var expressions = validation.expressions(index);
            metrics.addLoss(loss.evaluate(batch.getLabels(), predictions).getFloat(), expressions.size());
            float[] logits = scores.scores().toFloatArray();
            float[] labels = batch.getLabels().get(0).toFloatArray();
            int tracks = labels.length / expressions.size();
            for (int e = 0; e < expressions.size(); e++) {
                metrics.add(expressions.get(e).kind(), logits, labels, e * tracks, tracks);
            }
        }
    }

    /** What is validated and kept: the moving averages, and the buffer as it is. */
    private Map<String, NDArray> kept() {
        var kept = block.state();
        kept.putAll(adamw.averages());
        return kept;
    }

    private void save() throws IOException {
        adamw.save(run.last(), state.metadata());
    }

    private void saveBest(SelectionMetrics metrics) throws IOException {
        var writer = new SafetensorsWriter()
                .metadata("model", config.name())
                .metadata("recipe", recipe.name())
                .metadata("seed", Long.toString(recipe.seed()))
                .metadata("epoch", Integer.toString(state.epoch()));
        new TreeMap<>(textOrigin).forEach(writer::metadata); // sorted: the same bytes every time
        new TreeMap<>(training.tokenOrigin()).forEach(writer::metadata);
        metrics.values().forEach((name, value) -> writer.metadata(name, String.format("%.6g", value)));
        kept().forEach(writer::add);
        writer.write(run.best());
    }
}
