package org.sola.train.findtrack;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.NDScope;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.pooling.Pool;
import java.util.ArrayList;
import java.util.List;
import org.sola.cutie.Cutie;
import org.sola.cutie.CutieConfig;
import org.sola.cutie.CutieFeatures;
import org.sola.layer.Broadcast;
import org.sola.layer.Linear;
import org.sola.tensor.EngineMemory;
import org.sola.tensor.Kernels;
import org.sola.tensor.Scalar;
import org.sola.tensor.Weights;

/**
 * What the propagation network is taught, as in Cutie's main training: the first frame's masks are memorised, every later
 * frame is drawn from up to three of the memories before it, and is memorised as it was drawn. Masks compete for pixels;
 * the object transformer's masks and one that is read from the sensory memory have losses of their own. Beside them
 * stands one that Cutie, whose encoder comes from ImageNet, does not have: keys must match what belongs together.
 *
 * <p>Batch normalisation keeps the statistics that it starts with (mean 0, variance 1): with clips as small as these it
 * could not estimate any, and the published training does not change them either. B clips, K masks, N = B K.
 */
final class PropagationStage {
    private static final int AUXILIARY_STRIDE = 4;
    private static final double KEY_SIZE = 3; // keys of this size, matched by themselves, tell cells apart
    private static final double EPSILON = 1e-8;

    private final Cutie network;
    private final Linear sensoryReader; // official: LinearPredictor of the AuxComputer
    private final FindTrackRecipe.Propagator recipe;

    private PropagationStage(Cutie network, Linear sensoryReader, FindTrackRecipe.Propagator recipe) {
        this.network = network;
        this.sensoryReader = sensoryReader;
        this.recipe = recipe;
    }

    static PropagationStage of(CutieConfig config, Weights weights, FindTrackRecipe.Propagator recipe) {
        var network = Cutie.of(config, weights);
        var projection = weights.at("aux_computer").at("sensory_aux").at("projection");
        return new PropagationStage(
                network, Linear.ofPointwise(projection, config.sensoryDim(), config.pixelDim() + 1L), recipe);
    }

    /** Whether a parameter keeps its first value. */
    static boolean isFrozen(String parameter) {
        return parameter.endsWith(".running_mean") || parameter.endsWith(".running_var");
    }

    /** The loss of a step's clips, a mean over the frames that are drawn. */
    StepResult forward(PropagationBatch batch, NDManager manager) {
        return new Run(batch, manager).result();
    }

    /** The way through a step's clips. */
    private final class Run {
        private final PropagationBatch batch;
        private final List<CutieFeatures> features = new ArrayList<>(); // of each frame
        private final List<NDArray> targets = new ArrayList<>(); // (B, 1 + K, S, S) each
        private final List<NDArray> owners = new ArrayList<>(); // (B, L, C) each
        private final List<NDArray> values = new ArrayList<>(); // (N, V, h, w) each
        private final List<NDArray> ious = new ArrayList<>(); // (B, K) each
        private NDArray sensory; // (N, S, h, w)
        private NDArray summaries; // (N, Q, E + 1)
        private NDArray masks; // (B, K, S, S), of the frame before
        private NDArray maskLoss;
        private NDArray auxiliaryLoss;
        private NDArray matchLoss;

        Run(PropagationBatch batch, NDManager manager) {
            this.batch = batch;
            int clips = batch.clips().size();
            var all = network.encodeNormalised(batch.images(manager));
            for (int t = 0; t < batch.frames(); t++) {
                features.add(all.rows(t * clips, (t + 1) * clips));
                targets.add(batch.targets(manager, t));
                owners.add(batch.owners(manager, t));
            }
            maskLoss = manager.create(0f);
            auxiliaryLoss = manager.create(0f);
            matchLoss = manager.create(0f);
            var first = features.get(0).pixFeat().getShape();
            sensory = manager.zeros(
                    new Shape((long) clips * batch.masks(), network.config().sensoryDim(), first.get(2), first.get(3)));
        }

        StepResult result() {
            masks = targets.get(0).get(":, 1:");
            memorise(0);
            for (int t = 1; t < batch.frames(); t++) {
                var logits = draw(t);
                maskLoss = maskLoss.add(PropagationLoss.masks(logits, targets.get(t)));
                ious.add(PropagationLoss.iou(logits.stopGradient(), targets.get(t)));
                if (t < batch.frames() - 1) {
                    masks = logits.softmax(1).get(":, 1:");
                    memorise(t);
                }
            }
            var mean = Scalar.of(1.0 / (batch.frames() - 1));
            var loss = maskLoss.add(auxiliaryLoss.mul(Scalar.of(recipe.auxiliaryWeight())))
                    .add(matchLoss.mul(Scalar.of(recipe.matchWeight())))
                    .mul(mean);
            return new StepResult(
                    loss,
                    List.of(
                            new StepResult.Figure("masks", maskLoss.mul(mean), 1),
                            new StepResult.Figure("auxiliary", auxiliaryLoss.mul(mean), 1),
                            new StepResult.Figure("match", matchLoss.mul(mean), 1),
                            iou("iou next", 1),
                            iou("iou last", batch.frames() - 1)));
        }

        /** Keeps what {@link #masks} say of frame {@code t}. */
        private void memorise(int t) {
            var fresh = network.encodeMasks(features.get(t), masks);
            if (batch.deepUpdates().get(t)) {
                sensory = network.updateSensory(fresh, sensory);
            }
            var summary = network.summarise(masks, fresh);
            summaries = t == 0 ? summary : summaries.add(summary);
            values.add(fresh);
        }

        /** Logits (B, 1 + K, S, S) of frame {@code t}, from the memories. */
        private NDArray draw(int t) {
            var frame = features.get(t);
            var read = fused(t);
            var drawnOnTheWay = new NDList();
            var transformed = network.transform(read, summaries, batch.masks(), (part, value) -> {
                if (part.startsWith("aux_logits_")) {
                    NDScope.unregister(value); // the loss needs it after the transformer has freed its parts
                    drawnOnTheWay.add(value);
                }
            });
            drawnOnTheWay.forEach(NDScope::register);
            int blocks = network.config().objectTransformer().blocks();
            drawnOnTheWay.add(network.auxiliaryLogits(blocks, transformed, batch.masks()));
            drawnOnTheWay.add(sensoryLogits(frame));
            var target = shrunk(targets.get(t));
            for (var logits : drawnOnTheWay) {
                var shape = logits.getShape(); // (B, K, h, w)
                var all = network.compete(logits.reshape(-1, 1, shape.get(2), shape.get(3)), batch.masks());
                auxiliaryLoss = auxiliaryLoss.add(PropagationLoss.masks(all, target));
            }
            var drawn = network.draw(frame, transformed);
            sensory = network.feelDrawn(transformed, drawn, sensory);
            return network.compete(drawn.logits(), batch.masks());
        }

        /** What frame {@code t} reads from the memories, with what the objects last did: (N, E, h, w). */
        private NDArray fused(int t) {
            var frame = features.get(t);
            var keys = new NDList();
            var shrinkage = new NDList();
            var remembered = new NDList();
            var known = new NDList();
            for (int memory : batch.memories().get(t)) {
                keys.add(features.get(memory).key());
                shrinkage.add(features.get(memory).shrinkage());
                remembered.add(values.get(memory));
                known.add(owners.get(memory));
            }
            var memoryKey = NDArrays.concat(keys, 2);
            var memoryShrinkage = NDArrays.concat(shrinkage, 2);
            // of keys of one size: else this loss drives up whatever makes them larger, which is the whole encoder
            var similarity = network.similarity(
                    withKey(frame, resized(frame.key())), resized(memoryKey), memoryShrinkage.onesLike());
            matchLoss = matchLoss.add(PropagationLoss.match(similarity, NDArrays.concat(known, 1), owners.get(t)));
            var readout = network.readAll(frame, memoryKey, memoryShrinkage, NDArrays.concat(remembered, 2));
            return network.fuse(frame, readout, sensory, Cutie.atStride16(masks));
        }

        /** What the sensory memory says of the frame's places, (B, K, h, w). */
        private NDArray sensoryLogits(CutieFeatures frame) {
            var shape = sensory.getShape();
            var projected = sensoryReader.forward(rows(sensory)); // (N, L, P + 1)
            var pixels = Broadcast.rows(rows(frame.pixFeat()), shape.get(0)); // (N, L, P)
            var products = projected.get(":, :, :-1").mul(pixels).sum(new int[] {2});
            return products.add(projected.get(":, :, -1"))
                    .reshape(shape.get(0) / batch.masks(), batch.masks(), shape.get(2), shape.get(3));
        }

        private StepResult.Figure iou(String name, int t) {
            float[] shown = batch.shown(t);
            float count = 0;
            for (float one : shown) {
                count += one;
            }
            var values = ious.get(t - 1);
            var isShown = EngineMemory.of(values.getManager(), shown, values.getShape());
            return new StepResult.Figure(name, values.mul(isShown).sum(), count);
        }
    }

    /** The same directions at a fixed root mean square, whose size the gradient does not see. */
    private static NDArray resized(NDArray keys) {
        return keys.div(keys.square().mean().add((float) EPSILON).sqrt()).mul(Scalar.of(KEY_SIZE));
    }

    private static CutieFeatures withKey(CutieFeatures frame, NDArray key) {
        return new CutieFeatures(
                frame.image(),
                frame.pixFeat(),
                key,
                frame.shrinkage(),
                frame.selection(),
                frame.shared8(),
                frame.shared4());
    }

    /** Means of the cells that {@link Cutie#compete} makes of auxiliary masks at stride 16. */
    private static NDArray shrunk(NDArray target) {
        var cell = new Shape(AUXILIARY_STRIDE, AUXILIARY_STRIDE);
        return Pool.avgPool2d(target, cell, cell, new Shape(0, 0), false, true);
    }

    /** (B, C, h, w) to (B, h w, C). */
    private static NDArray rows(NDArray map) {
        var shape = map.getShape();
        return Kernels.contiguous(map.transpose(0, 2, 3, 1))
                .reshape(shape.get(0), shape.get(2) * shape.get(3), shape.get(1));
    }
}
