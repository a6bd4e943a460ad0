package org.sola.train.findtrack;

import ai.djl.ndarray.NDManager;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.StringJoiner;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.sola.alphaclip.AlphaClip;
import org.sola.alphaclip.AlphaClipConfig;
import org.sola.alphaclip.TextReader;
import org.sola.cutie.CutieConfig;
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
    private final AlphaClipConfig aligner;
    private final CutieConfig propagator;
    private final FindTrackRecipe recipe;
    private final NetworkTraining.Place place;

    /**
     * The referring segmenter.
     *
     * @param config its sizes
     * @param tokenizer the SentencePiece model that cuts its expressions
     * @param visualModel weights of the SAM 2 that draws, where it is one: it is already trained
     */
    public record Segmenter(EvfSamConfig config, Path tokenizer, Optional<Path> visualModel) {
        public Segmenter {
            if (config.sam2().isPresent() != visualModel.isPresent()) {
                throw new IllegalArgumentException(config.name() + " draws with "
                        + (visualModel.isPresent() ? "no SAM 2" : "SAM 2, which must be trained before"));
            }
        }
    }

    /**
     * @param aligner sizes of the alignment model, which reads the word pieces of the built-in text encoder
     * @param propagator sizes of the network that follows masks
     * @param folder where checkpoints and the final weights go, and a copy of the tokenizer that belongs to them
     * @param log receives a line now and then
     * @param isStopped asked after every step; true ends the run after a checkpoint
     */
    public FindTrackTraining(
            Segmenter segmenter,
            AlphaClipConfig aligner,
            CutieConfig propagator,
            FindTrackRecipe recipe,
            Path folder,
            Consumer<String> log,
            BooleanSupplier isStopped) {
        this.segmenter = segmenter;
        this.aligner = aligner;
        this.propagator = propagator;
        this.recipe = recipe;
        this.place = new NetworkTraining.Place(folder, log, isStopped);
    }

    /** The averaged weights of the networks that are trained, written after each checkpoint and at the end. */
    public List<Path> weightsFiles() {
        var files = new ArrayList<Path>();
        if (recipe.segmenter().steps() > 0) {
            files.add(place.weights(segmenter.config().name()));
        }
        if (recipe.aligner().steps() > 0) {
            files.add(place.weights(aligner.name()));
        }
        if (recipe.propagator().steps() > 0) {
            files.add(place.weights(propagator.name()));
        }
        return List.copyOf(files);
    }

    /** Runs what is left of the steps, one network after the other; returns whether they are complete. */
    public boolean run() throws IOException {
        return (recipe.segmenter().steps() == 0 || trainSegmenter())
                && (recipe.aligner().steps() == 0 || trainAligner())
                && (recipe.propagator().steps() == 0 || trainPropagator());
    }

    private boolean trainSegmenter() throws IOException {
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
            var starts = new LinkedHashMap<String, Path>();
            segmenter.visualModel().ifPresent(file -> starts.put("visual_model.", file));
            if (!recipe.segmenter().start().isEmpty()) {
                starts.put("", Path.of(recipe.segmenter().start()));
            }
            var weights = Weights.initialiseFrom(recipe.seed(), starts, manager);
            var network = EvfSam.of(config, weights);
            var stage = ReferringStage.of(network, weights, recipe.segmenter());
            var sampler = new ReferringSampler(network, recipe.segmenter(), tokenizer::encode);
            var learner = new NetworkTraining.Learner<ReferringBatch>(
                    weights,
                    network::isFrozen,
                    step -> sampler.sample(new SplittableRandom(recipe.seed() * 11_000_027 + step)),
                    (step, batch) -> step < recipe.segmenter().patchSteps()
                            ? stage.forwardFusion(batch, manager)
                            : stage.forward(batch, manager));
            return new NetworkTraining<ReferringBatch>(
                            config.name(),
                            digest(config, recipe.segmenter(), sources(starts.values())),
                            recipe.segmenter().steps(),
                            recipe.segmenter().learningRate(),
                            recipe.schedule())
                    .run(learner, place, manager);
        }
    }

    private String sources(Collection<Path> starts) throws IOException {
        var sums = new StringJoiner(" ").add(Sha256.of(segmenter.tokenizer()));
        for (var start : starts) {
            sums.add(Sha256.of(start));
        }
        return sums.toString();
    }

    private boolean trainAligner() throws IOException {
        try (var manager = NDManager.newBaseManager();
                var reader = TextReader.builtIn(aligner.text())) {
            Files.createDirectories(place.folder());
            var weights = Weights.initialise(recipe.seed(), manager);
            var stage = new AlignmentStage(AlphaClip.of(aligner, weights));
            int size = aligner.vision().imageSize();
            var learner = new NetworkTraining.Learner<AlignmentBatch>(
                    weights,
                    parameter -> false,
                    step -> AlignmentBatch.sample(
                            recipe.aligner(),
                            size,
                            reader::read,
                            new SplittableRandom(recipe.seed() * 13_000_027 + step)),
                    (step, batch) -> stage.forward(batch, manager));
            return new NetworkTraining<AlignmentBatch>(
                            aligner.name(),
                            digest(aligner, recipe.aligner(), "built-in word pieces"),
                            recipe.aligner().steps(),
                            recipe.aligner().learningRate(),
                            recipe.schedule())
                    .run(learner, place, manager);
        }
    }

    private boolean trainPropagator() throws IOException {
        try (var manager = NDManager.newBaseManager()) {
            Files.createDirectories(place.folder());
            var lesson = recipe.propagator();
            var start =
                    Optional.of(lesson.start()).filter(file -> !file.isEmpty()).map(Path::of);
            var weights = Weights.initialise(recipe.seed(), start, manager);
            var stage = PropagationStage.of(propagator, weights, lesson);
            var learner = new NetworkTraining.Learner<PropagationBatch>(
                    weights,
                    PropagationStage::isFrozen,
                    step -> PropagationBatch.sample(
                            lesson, lesson.phase(step), new SplittableRandom(recipe.seed() * 17_000_023 + step)),
                    (step, batch) -> stage.forward(batch, manager));
            return new NetworkTraining<PropagationBatch>(
                            propagator.name(),
                            digest(propagator, lesson, start.isPresent() ? Sha256.of(start.get()) : "nothing"),
                            lesson.steps(),
                            lesson.learningRate(),
                            recipe.schedule())
                    .run(learner, place, manager);
        }
    }

    /** Of all that a network's training depends on; the other network's recipe may change. */
    private String digest(Record config, Record lesson, String tokenizer) {
        return Sha256.of(config + "\n" + recipe.seed() + "\n" + lesson + "\n" + recipe.schedule() + "\n" + tokenizer);
    }
}
