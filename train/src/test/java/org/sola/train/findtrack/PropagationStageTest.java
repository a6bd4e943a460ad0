package org.sola.train.findtrack;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.NDScope;
import ai.djl.ndarray.types.Shape;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.sola.cutie.CutieConfig;
import org.sola.tensor.EngineMemory;
import org.sola.tensor.Weights;
import org.sola.train.AdamW;

class PropagationStageTest {
    /** Encoders of 16 channels: oneDNN's gradient of strided 1x1 convolutions from 8 crashes with two threads. */
    static final CutieConfig TINY = new CutieConfig(
            "tiny-propagator",
            16,
            8,
            16,
            16,
            16,
            new CutieConfig.Backbone(false, 16, List.of(1, 1, 1)),
            new CutieConfig.Backbone(false, 16, List.of(1, 1, 1)),
            32,
            128,
            new CutieConfig.Transformer(1, 2, 4, 32),
            List.of(16, 8, 8));

    private static FindTrackRecipe.Propagator recipe(double unitedShare, FindTrackRecipe.Phase... phases) {
        return new FindTrackRecipe.Propagator("", 10, List.of(phases), 2, unitedShare, 0.5, 0.5, 0.1, 0.2, 1e-3);
    }

    private static PropagationBatch batch(double unitedShare, int frames, long seed) {
        var phase = new FindTrackRecipe.Phase(1, 64, 2, frames);
        return PropagationBatch.sample(recipe(unitedShare, phase), phase, new SplittableRandom(seed));
    }

    private static PropagationStage stage(Weights weights) {
        return PropagationStage.of(TINY, weights, recipe(0.5, new FindTrackRecipe.Phase(1, 64, 2, 2)));
    }

    @Test
    void gradientsReachEveryParameterThatLearnsAndNoneReachesStatistics() {
        try (var manager = NDManager.newBaseManager();
                var scope = new NDScope()) {
            scope.suppressNotUsedWarning();
            var weights = Weights.initialise(5, manager);
            var stage = stage(weights);
            var learnt = new LinkedHashMap<String, NDArray>();
            weights.used().forEach((name, array) -> {
                if (!PropagationStage.isFrozen(name)) {
                    array.setRequiresGradient(true);
                    learnt.put(name, array);
                }
            });
            var batch = batch(0, 4, 1);
            try (var collector = Engine.getInstance().newGradientCollector()) {
                collector.backward(stage.forward(batch, manager).loss());
            }
            learnt.forEach((name, array) -> {
                float sum = array.getGradient().abs().sum().getFloat();
                assertTrue(Float.isFinite(sum) && sum > 0, "the gradient of " + name + " sums to " + sum);
            });
            assertTrue(learnt.containsKey("aux_computer.sensory_aux.projection.weight"));
            var frozen = weights.used().keySet().stream()
                    .filter(name -> !learnt.containsKey(name))
                    .toList();
            assertFalse(frozen.isEmpty());
            frozen.forEach(name -> assertTrue(name.contains(".running_"), name));
            frozen.forEach(name -> assertFalse(weights.used().get(name).hasGradient(), name));
        }
    }

    @Test
    void theLossOfAFewClipsFalls() {
        try (var manager = NDManager.newBaseManager()) {
            var weights = Weights.initialise(5, manager);
            var stage = stage(weights);
            var parameters = new LinkedHashMap<>(weights.used());
            parameters.keySet().removeIf(PropagationStage::isFrozen);
            var optimiser = new AdamW(parameters, manager, 0.01, 1, 0.9);
            var batches = IntStream.range(0, 2).mapToObj(i -> batch(0.5, 3, i)).toList();
            var losses = new float[60];
            for (int step = 0; step < losses.length; step++) {
                try (var scope = new NDScope();
                        var collector = Engine.getInstance().newGradientCollector()) {
                    scope.suppressNotUsedWarning();
                    var result = stage.forward(batches.get(step % batches.size()), manager);
                    collector.backward(result.loss());
                    losses[step] = result.loss().getFloat();
                }
                optimiser.step(3e-3);
            }
            float before = losses[0] + losses[1];
            float after = losses[losses.length - 2] + losses[losses.length - 1];
            assertTrue(after < 0.7f * before, before + ", then " + after);
        }
    }

    @Test
    void everyPixelHasOneOwnerAndMasksAreThoseOfTheirObjects() {
        for (double unitedShare : new double[] {0, 1}) {
            var batch = batch(unitedShare, 4, 9);
            assertEquals(unitedShare == 1 ? 1 : 2, batch.masks());
            try (var manager = NDManager.newBaseManager()) {
                for (int t = 0; t < batch.frames(); t++) {
                    float[] areas =
                            batch.targets(manager, t).sum(new int[] {2, 3}).toFloatArray(); // (B, 1 + K)
                    for (int b = 0; b < 2; b++) {
                        var frame = batch.clips().get(b).frames().get(t);
                        float sum = areas[b * (1 + batch.masks())];
                        for (int k = 0; k < batch.masks(); k++) {
                            float expected = batch.followed().get(b).get(k).stream()
                                    .mapToInt(object -> frame.areas()[object])
                                    .sum();
                            assertEquals(expected, areas[b * (1 + batch.masks()) + 1 + k]);
                            sum += expected;
                        }
                        assertEquals(64 * 64, sum);
                    }
                    var cells = batch.owners(manager, t).sum(new int[] {2});
                    assertEquals(new Shape(2, 16), cells.getShape());
                    for (float cell : cells.toFloatArray()) {
                        assertEquals(1, cell, 1e-5);
                    }
                    for (int memory : batch.memories().get(t)) {
                        assertTrue(memory < t);
                    }
                    assertEquals(Math.min(3, t), batch.memories().get(t).size());
                }
            }
        }
    }

    @Test
    void sharpRightLogitsCostNothing() {
        try (var manager = NDManager.newBaseManager()) {
            var target = manager.zeros(new Shape(1, 2, 4, 4));
            target.set(new ai.djl.ndarray.index.NDIndex(":, 0"), 1);
            target.set(new ai.djl.ndarray.index.NDIndex(":, 0, :2, :2"), 0);
            target.set(new ai.djl.ndarray.index.NDIndex(":, 1, :2, :2"), 1);
            var right = target.mul(30);
            assertEquals(0, PropagationLoss.masks(right, target).getFloat(), 1e-5);
            assertEquals(1, PropagationLoss.iou(right, target).getFloat());
            var wrong = right.mul(-1);
            assertTrue(PropagationLoss.masks(wrong, target).getFloat() > 20);
            assertEquals(0, PropagationLoss.iou(wrong, target).getFloat());
        }
    }

    @Test
    void keysThatMatchTheirOwnKindCostNothing() {
        try (var manager = NDManager.newBaseManager()) {
            var remembered = EngineMemory.of(manager, new float[] {1, 0, 0, 0, 1, 0}, new Shape(1, 2, 3));
            var owners = EngineMemory.of(manager, new float[] {0, 1, 0, 0, 0, 1}, new Shape(1, 2, 3));
            var right = EngineMemory.of(manager, new float[] {-50, 50, 0, 0}, new Shape(1, 2, 2));
            // the second cell's owner is not in the memory, so it costs nothing either
            assertEquals(0, PropagationLoss.match(right, remembered, owners).getFloat(), 1e-3);
            assertTrue(PropagationLoss.match(right.neg(), remembered, owners).getFloat() > 8);
        }
    }

    @Test
    void phasesFollowEachOther() {
        var small = new FindTrackRecipe.Phase(0.4, 64, 2, 2);
        var large = new FindTrackRecipe.Phase(0.6, 128, 1, 4);
        var recipe = recipe(0.5, small, large); // of 10 steps
        assertEquals(small, recipe.phase(3));
        assertEquals(large, recipe.phase(4));
        assertEquals(large, recipe.phase(9));
    }

    @Test
    void aWrongRecipeSaysWhatIsWrong() {
        var size = assertThrows(IllegalArgumentException.class, () -> new FindTrackRecipe.Phase(1, 100, 1, 2));
        assertEquals("propagator: phases: size is 100, expected a multiple of 16 from 64", size.getMessage());
        var share =
                assertThrows(IllegalArgumentException.class, () -> recipe(1.5, new FindTrackRecipe.Phase(1, 64, 1, 2)));
        assertEquals("propagator: unitedShare is 1.5, expected 0 to 1", share.getMessage());
        var sum = assertThrows(
                IllegalArgumentException.class, () -> recipe(0.5, new FindTrackRecipe.Phase(0.5, 64, 1, 2)));
        assertEquals("propagator: the shares of the phases sum to 0.5, expected 1", sum.getMessage());
    }
}
