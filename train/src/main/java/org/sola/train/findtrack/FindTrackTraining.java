package org.sola.train.findtrack;

import ai.djl.ndarray.NDManager;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.SplittableRandom;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.sola.evfsam.EvfSam;
import org.sola.evfsam.EvfSamConfig;
import org.sola.evfsam.ExpressionTokenizer;
import org.sola.file.AtomicFile;
import org.sola.file.Sha256;
import org.sola.tensor.Weights;

/**
 * Trains the small networks of FindTrack on generated scenes. It can be stopped at any step and continues from its last
 * checkpoint as if it had not been.
 */
public final class FindTrackTraining {
    /** Prefix of parameters that serve the training only and do not ship. */
    static final String AUXILIARY = "auxiliary";

    private final Segmenter segmenter;
    private final FindTrackRecipe recipe;
    private final NetworkTraining.Place place;

    /**
     * The referring segmenter.
     *
     * @param config its sizes
     * @param tokenizer the SentencePiece model that cuts its expressions
     */
    public record Segmenter(EvfSamConfig config, Path tokenizer) {}

    /**
     * @param folder where checkpoints and the final weights go, and a copy of the tokenizer that belongs to them
     * @param log receives a line now and then
     * @param isStopped asked after every step; true ends the run after a checkpoint
     */
    public FindTrackTraining(
            Segmenter segmenter, FindTrackRecipe recipe, Path folder, Consumer<String> log, BooleanSupplier isStopped) {
        this.segmenter = segmenter;
        this.recipe = recipe;
        this.place = new NetworkTraining.Place(folder, log, isStopped);
    }

    /** The segmenter's averaged weights so far, written after each checkpoint and at the end. */
    public Path weightsFile() {
        return place.weights(segmenter.config().name());
    }

    /** Runs what is left of the steps; returns whether they are complete. */
    public boolean run() throws IOException {
        try (var manager = NDManager.newBaseManager();
                var tokenizer = ExpressionTokenizer.open(segmenter.tokenizer())) {
            var config = segmenter.config();
            if (tokenizer.vocabulary() > config.fusion().vocabulary()) {
                throw new IllegalArgumentException("the tokenizer " + tokenizer + " has " + tokenizer.vocabulary()
                        + " pieces, " + config.name() + " knows "
                        + config.fusion().vocabulary());
            }
            Files.createDirectories(place.folder());
            AtomicFile.write(
                    place.folder().resolve(config.name() + ".sentencepiece.model"),
                    out -> Files.copy(segmenter.tokenizer(), out));
            var weights = Weights.initialise(recipe.seed(), manager);
            var stage = new ReferringStage(
                    EvfSam.of(config, weights), recipe.segmenter().confidenceWeight());
            var sampler = new ReferringSampler(config, recipe.segmenter(), tokenizer::encode);
            var learner = new NetworkTraining.Learner<ReferringBatch>(
                    weights,
                    EvfSam::isFrozen,
                    step -> sampler.sample(new SplittableRandom(recipe.seed() * 11_000_027 + step)),
                    batch -> stage.forward(batch, manager));
            return new NetworkTraining<ReferringBatch>(
                            config.name(),
                            Sha256.of(config + "\n" + recipe + "\n" + Sha256.of(segmenter.tokenizer())),
                            recipe.segmenter().steps(),
                            recipe.segmenter().learningRate(),
                            recipe.schedule())
                    .run(learner, place, manager);
        }
    }
}
