package org.sola.train.findtrack;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Activation;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
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
import org.sola.mask.Mask;
import org.sola.tensor.Checkpoint;
import org.sola.tensor.EngineMemory;
import org.sola.tensor.Kernels;
import org.sola.tensor.Scalar;
import org.sola.tensor.Weights;

/**
 * FindTrack++: goes on training a referring segmenter on a data set with masks. The fusion, the prompt's projection, the
 * mask decoder and the embedding of "no mask" learn; the image encoder stays (Cho et al. 2025, {@code
 * models/evf_sam.py}). It can be stopped at any step and continues as if it had not been.
 */
public final class FineTuning {
    private static final double DICE_EPSILON = 1e-3; // 1e-6 of sums that the original divides by 1000

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
            var sampler = new TruthSampler(dataset, recipe, text -> pieces(tokenizer, text));
            Files.createDirectories(place.folder());
            AtomicFile.write(
                    place.folder().resolve(start.tunedName() + ".sentencepiece.model"),
                    out -> Files.copy(start.tokenizer(), out));
            var weights = Weights.initialise(recipe.seed(), Optional.of(start.checkpoint()), manager);
            var network = EvfSam.of(start.config(), weights);
            requireWhole(weights);
            var learner = new NetworkTraining.Learner<List<TruthFrame>>(
                    weights,
                    FineTuning::isFrozen,
                    sampler::sample,
                    (step, frames) -> forward(network, frames, manager));
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

    private long[] pieces(ExpressionTokenizer tokenizer, String text) {
        long[] pieces = tokenizer.encode(text);
        int most = start.config().fusion().maxPieces();
        if (pieces.length <= most) {
            return pieces;
        }
        long[] cut = Arrays.copyOf(pieces, most);
        cut[most - 1] = pieces[pieces.length - 1];
        return cut;
    }

    /** All of SAM but its mask decoder and the embedding of "no mask"; of SAM 2's decoder not what frames are read with. */
    static boolean isFrozen(String parameter) {
        if (!parameter.startsWith("visual_model.")) {
            return false;
        }
        boolean isDecoder = parameter.contains("mask_decoder.") && !parameter.contains("mask_decoder.conv_s");
        return !isDecoder && !parameter.endsWith("no_mask_embed.weight");
    }

    private StepResult forward(EvfSam network, List<TruthFrame> frames, NDManager manager) {
        var visual = new NDList();
        var fusion = new NDList();
        for (var frame : frames) {
            visual.add(network.input(frame.image(), manager));
            network.fusionInput(frame.image(), manager).ifPresent(fusion::add);
        }
        var features = network.embedFrame(NDArrays.concat(visual, 0));
        var image = network.embedPatches(
                fusion.isEmpty() ? Optional.empty() : Optional.of(NDArrays.concat(fusion, 0)), features);
        var pieces = frames.stream().map(TruthFrame::pieces).toList();
        var drawn = network.decode(features, network.prompt(image, pieces));
        var crossEntropy = new NDList();
        var dice = new NDList();
        var iou = new NDList();
        int shown = 0;
        for (int e = 0; e < frames.size(); e++) {
            var truth = frames.get(e).truth();
            var size = network.size(truth.height(), truth.width());
            var logits = network.toFrame(drawn.masks().get(e + ":" + (e + 1)), size);
            var target = target(truth, manager);
            crossEntropy.add(Kernels.binaryCrossEntropy(logits, target, target.onesLike()));
            dice.add(dice(logits, target));
            if (!truth.isEmpty()) {
                iou.add(iou(logits, target));
                shown++;
            }
        }
        var crossEntropyMean = NDArrays.stack(crossEntropy).mean();
        var diceMean = NDArrays.stack(dice).mean();
        var loss = crossEntropyMean
                .mul(Scalar.of(recipe.crossEntropyWeight()))
                .add(diceMean.mul(Scalar.of(recipe.diceWeight())));
        var ious = iou.isEmpty() ? loss.zerosLike() : NDArrays.stack(iou).sum();
        return new StepResult(
                loss,
                List.of(
                        new StepResult.Figure("cross entropy", crossEntropyMean, 1),
                        new StepResult.Figure("dice", diceMean, 1),
                        new StepResult.Figure("iou", ious, shown)));
    }

    /** (1, 1, H, W), 0 or 1. */
    private static NDArray target(Mask truth, NDManager manager) {
        byte[] bytes = truth.toBytes();
        var values = new float[bytes.length];
        for (int i = 0; i < values.length; i++) {
            values[i] = bytes[i] == 0 ? 0 : 1;
        }
        return EngineMemory.of(manager, values, new Shape(1, 1, truth.height(), truth.width()));
    }

    private static NDArray dice(NDArray logits, NDArray target) {
        var probability = Activation.sigmoid(logits);
        var overlap = probability.mul(target).sum().mul(Scalar.of(2)).add(Scalar.of(DICE_EPSILON));
        var total = probability.sum().add(target.sum()).add(Scalar.of(DICE_EPSILON));
        return overlap.div(total).neg().add(1f);
    }

    private static NDArray iou(NDArray logits, NDArray target) {
        var drawn = logits.gt(0f).toType(DataType.FLOAT32, false);
        var overlap = drawn.mul(target).sum();
        return overlap.div(drawn.sum().add(target.sum()).sub(overlap).maximum(Scalar.of(1)));
    }

    private String digest() throws IOException {
        return Sha256.of(start.config() + "\n" + recipe + "\n" + Sha256.of(start.checkpoint()) + "\n"
                + Sha256.of(start.tokenizer()) + "\n" + dataset.counts());
    }
}
