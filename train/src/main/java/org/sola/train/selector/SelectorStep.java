package org.sola.train.selector;

import ai.djl.Device;
import ai.djl.Model;
import ai.djl.engine.Engine;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.NDScope;
import ai.djl.training.DefaultTrainingConfig;
import ai.djl.training.Trainer;
import java.util.function.DoubleSupplier;
import org.sola.selector.Selector;
import org.sola.selector.SelectorBlock;
import org.sola.train.AdamW;

/**
 * A step of a selector's training through DJL's {@code Trainer}: forward pass, loss, gradients, clipping and AdamW.
 * Closing it closes the trainer, not the model.
 */
public final class SelectorStep implements AutoCloseable {
    private final Trainer trainer;
    private final SelectorBlock block;
    private final SelectorLoss loss;
    private final WholeStepOptimizer optimizer;

    private SelectorStep(Trainer trainer, SelectorBlock block, SelectorLoss loss, WholeStepOptimizer optimizer) {
        this.trainer = trainer;
        this.block = block;
        this.loss = loss;
        this.optimizer = optimizer;
    }

    /**
     * A step of {@code block}, which must be {@code model}'s.
     *
     * @param adamw over the block's trainable parameters
     * @param learningRate asked for at every step
     */
    public static SelectorStep of(
            Model model, SelectorBlock block, SelectorLoss loss, AdamW adamw, DoubleSupplier learningRate) {
        var optimizer = new WholeStepOptimizer(adamw, block.trainable().size(), learningRate);
        var settings = new DefaultTrainingConfig(loss)
                .optOptimizer(optimizer)
                .optDevices(new Device[] {model.getNDManager().getDevice()});
        var trainer = model.newTrainer(settings);
        trainer.initialize(block.inputShapes(1, 1, 1, 1));
        return new SelectorStep(trainer, block, loss, optimizer);
    }

    /**
     * What a step came to.
     *
     * @param loss before the parameters moved
     * @param crossEntropy its part of the scores
     * @param alignment its part of the tracks' representatives, before its weight
     * @param gradientNorm global norm before clipping
     */
    public record Result(float loss, float crossEntropy, float alignment, float gradientNorm) {
        /** Whether loss and gradients are finite; where they are not, the parameters have not moved. */
        public boolean isFinite() {
            return Float.isFinite(loss) && Float.isFinite(gradientNorm);
        }
    }

    /** Where a step's arrays are made. */
    NDManager manager() {
        return trainer.getManager();
    }

    /**
     * Moves the parameters by one step; data and labels as {@link SelectorDataset} makes them.
     *
     * @param seed of the dropout
     */
    public Result train(NDList data, NDList labels, int seed) {
        Engine.getInstance().setRandomSeed(seed);
        try (var scope = new NDScope()) {
            scope.suppressNotUsedWarning();
            SelectorLoss.Terms terms;
            float total;
            try (var collector = trainer.newGradientCollector()) {
                var predictions = trainer.forward(data, labels);
                terms = loss.terms(labels, predictions);
                total = terms.total().getFloat();
                if (Float.isFinite(total)) {
                    collector.backward(terms.total());
                }
            }
            if (!Float.isFinite(total)) {
                return new Result(
                        total,
                        terms.crossEntropy().getFloat(),
                        terms.alignment().getFloat(),
                        Float.NaN);
            }
            trainer.step();
            return new Result(
                    total, terms.crossEntropy().getFloat(), terms.alignment().getFloat(), optimizer.gradientNorm());
        }
    }

    /** The mean loss of a step's expressions by a selector, without dropout and gradients. */
    public float evaluate(Selector selector, NDList data, NDList labels) {
        try (var scope = new NDScope()) {
            scope.suppressNotUsedWarning();
            var scores = SelectorBlock.score(selector, data, false);
            return loss.evaluate(labels, new NDList(scores.scores(), scores.tokens(), selector.negatives()))
                    .getFloat();
        }
    }

    /** The block that is trained. */
    public SelectorBlock block() {
        return block;
    }

    @Override
    public void close() {
        trainer.close();
    }
}
