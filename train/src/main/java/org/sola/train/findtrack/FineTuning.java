package org.sola.train.findtrack;

import ai.djl.ndarray.NDManager;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.sola.dataset.ReferringDataset;
import org.sola.evfsam.EvfSam;
import org.sola.evfsam.EvfSamConfig;
import org.sola.evfsam.ExpressionTokenizer;
import org.sola.file.AtomicFile;
import org.sola.file.Sha256;
import org.sola.tensor.Checkpoint;
import org.sola.tensor.Weights;

/**
 * FindTrack++: goes on training a referring segmenter on a data set with masks. The fusion, the prompt's projection, the
 * mask decoder and the embedding of "no mask" learn; the image encoder stays (Cho et al. 2025, {@code
 * models/evf_sam.py}). It can be stopped at any step and continues as if it had not been.
 */
public final class FineTuning {
    private final Start start;
    private final ReferringDataset dataset;
    private final FineTuningRecipe recipe;
    private final NetworkTraining.Place place;

    /**
     * What is tuned.
     *
     * @param checkpoint under the official names
     * @param tokenizer that belongs to it
     */
    public record Start(EvfSamConfig config, Path checkpoint, Path tokenizer) {
        /** Name of the result. */
        public String tunedName() {
            return config.name() + "-tuned";
        }
    }

    /**
     * @param dataset with masks
     * @param folder where the checkpoint and the final weights go, and a copy of the tokenizer that belongs to them
     * @param log receives a line now and then
     * @param isStopped asked after every step; true ends the run after a checkpoint
     */
    public FineTuning(
            Start start,
            ReferringDataset dataset,
            FineTuningRecipe recipe,
            Path folder,
            Consumer<String> log,
            BooleanSupplier isStopped) {
        this.start = start;
        this.dataset = dataset;
        this.recipe = recipe;
        this.place = new NetworkTraining.Place(folder, log, isStopped);
    }

    /** The tuned weights, written after each checkpoint and at the end. */
    public Path weightsFile() {
        return place.weights(start.tunedName());
    }

    /** Runs what is left of the steps; returns whether they are complete. */
    public boolean run(NDManager parent) throws IOException {
        try (var manager = parent.newSubManager();
                var tokenizer = ExpressionTokenizer.open(start.tokenizer())) {
            var sampler = new TruthSampler(
                    dataset,
                    recipe,
                    text -> tokenizer.encode(text, start.config().fusion().maxPieces()));
            Files.createDirectories(place.folder());
            AtomicFile.write(
                    place.folder().resolve(start.tunedName() + ".sentencepiece.model"),
                    out -> Files.copy(start.tokenizer(), out));
            var weights = Weights.initialise(recipe.seed(), Optional.of(start.checkpoint()), manager);
            var stage = new FineTuningStage(EvfSam.of(start.config(), weights), recipe);
            requireWhole(weights);
            var learner = new NetworkTraining.Learner<List<TruthFrame>>(
                    weights,
                    FineTuningStage::isFrozen,
                    sampler::sample,
                    (step, frames) -> stage.forward(frames, manager));
            int steps = Math.multiplyExact(recipe.epochs(), sampler.stepsAnEpoch());
            place.log().accept(steps + " steps of " + recipe.batch() + " expressions, " + recipe.epochs() + " epochs");
            var schedule = new FindTrackRecipe.Schedule(
                    1, 0, recipe.weightDecay(), recipe.clipNorm(), 0, recipe.checkpointSteps());
            return new NetworkTraining<List<TruthFrame>>(
                            start.tunedName(), digest(), steps, recipe.learningRate(), schedule)
                    .run(learner, place, manager);
        }
    }

    /** A parameter that the file lacks would have been drawn. */
    private void requireWhole(Weights weights) throws IOException {
        var missing = new TreeSet<>(weights.used().keySet());
        missing.removeAll(Checkpoint.open(start.checkpoint()).tensors().keySet());
        if (!missing.isEmpty()) {
            throw new IllegalArgumentException(start.checkpoint() + " lacks " + missing.size() + " parameters of "
                    + start.config().name() + ", first " + missing.first());
        }
    }

    private String digest() throws IOException {
        return Sha256.of(start.config() + "\n" + recipe + "\n" + Sha256.of(start.checkpoint()) + "\n"
                + Sha256.of(start.tokenizer()) + "\n" + dataset.counts());
    }
}
