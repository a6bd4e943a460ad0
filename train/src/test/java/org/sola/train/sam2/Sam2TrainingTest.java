package org.sola.train.sam2;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.engine.Engine;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.NDScope;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.SplittableRandom;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sola.demo.SceneConfig;
import org.sola.demo.SceneRenderer;
import org.sola.demo.SceneSampler;
import org.sola.sam2.Sam2;
import org.sola.sam2.Sam2Config;
import org.sola.tensor.FreedMemory;
import org.sola.tensor.Safetensors;
import org.sola.tensor.Weights;
import org.sola.train.TinySam2;

class Sam2TrainingTest {
    private static final Sam2Config TINY = TinySam2.CONFIG;

    private static final Sam2Recipe RECIPE = new Sam2Recipe(
            "", 7, 2, 2, 1e-3, 1, 2, 2, 1e-3, 3, 1, 2, 2, 2, 1e-3, 3, 3, 0.67, 2, 0.5, 1e-3, 2, 3, 1e-3, 2, 0.3, 0.01,
            1, 0.9, 1);

    @TempDir
    Path folder;

    @Test
    void aRunStoppedInEveryStageEndsWhereAnUnbrokenOneDoes() throws Exception {
        var log = new ArrayList<String>();
        var whole = new Sam2Training(TINY, RECIPE, folder.resolve("whole"), log::add, () -> false);
        assertTrue(whole.run());
        assertTrue(log.stream().anyMatch(line -> line.startsWith("video step 9")), log.toString());
        assertTrue(log.stream().anyMatch(line -> line.startsWith("memory step 11")), log.toString());

        Path broken = folder.resolve("broken");
        for (int stops : new int[] {1, 3, 2, 4}) { // the last in the memory stage
            var steps = new AtomicInteger();
            var part = new Sam2Training(TINY, RECIPE, broken, log::add, () -> steps.incrementAndGet() == stops);
            assertFalse(part.run());
        }
        var last = new Sam2Training(TINY, RECIPE, broken, log::add, () -> false);
        assertTrue(last.run());
        var expected = Safetensors.open(whole.weightsFile());
        var got = Safetensors.open(last.weightsFile());
        assertEquals(expected.tensors().keySet(), got.tensors().keySet());
        for (String name : expected.tensors().keySet()) {
            assertArrayEquals(expected.floats(name), got.floats(name), name);
        }
    }

    @Test
    void theMemoryStageLeavesWhatTokensComeFromAsItWas() throws Exception {
        var afterVideo = new AtomicInteger();
        var training = new Sam2Training(TINY, RECIPE, folder, line -> {}, () -> afterVideo.incrementAndGet() == 9);
        assertFalse(training.run());
        var before = Safetensors.open(Files.copy(training.weightsFile(), folder.resolve("before.safetensors")));
        assertTrue(new Sam2Training(TINY, RECIPE, folder, line -> {}, () -> false).run());
        var after = Safetensors.open(training.weightsFile());
        var changed = new TreeSet<String>();
        for (String name : before.tensors().keySet()) {
            if (!Arrays.equals(before.floats(name), after.floats(name))) {
                changed.add(name);
            }
        }
        assertTrue(changed.stream().allMatch(VideoStage::isMemory), changed.toString());
        for (String part : List.of("memory_attention.layers.0.", "memory_encoder.", "maskmem_tpos_enc")) {
            assertTrue(changed.stream().anyMatch(name -> name.startsWith(part)), part + " in " + changed);
        }
    }

    @Test
    void whatShipsHasTheOfficialNamesOnly() throws Exception {
        var training = new Sam2Training(TINY, RECIPE, folder, line -> {}, () -> false);
        training.run();
        var names = Safetensors.open(training.weightsFile()).tensors().keySet();
        try (var manager = NDManager.newBaseManager()) {
            var official = Weights.initialise(1, manager);
            Sam2.of(TINY, official);
            assertEquals(new TreeSet<>(official.used().keySet()), new TreeSet<>(names));
        }
    }

    @Test
    void aStepOfEveryStageLeavesNoArrayBehind() {
        try (var manager = NDManager.newBaseManager()) {
            var weights = Weights.initialise(7, manager);
            var kind = KindStage.of(TINY, weights);
            var image = ImageStage.of(TINY, weights);
            var video = VideoStage.of(TINY, weights);
            var scene = SceneSampler.image(3, SceneConfig.easyImage().withSize(64, 64));
            var pictures = List.of(TrainingImage.of(scene, SceneRenderer.of(scene), 0));
            var prompts = ImageBatch.of(pictures, 2, new SplittableRandom(1));
            var clip = new ClipSampler(64, 2, 0).sample(3, new SplittableRandom(2));
            requireGradients(weights);
            List<Supplier<StepResult>> steps = List.of(
                    () -> kind.forward(KindBatch.of(pictures), manager),
                    () -> image.forward(prompts, 0.5, manager),
                    () -> image.forwardFrozen(prompts, manager),
                    () -> video.forward(clip, manager),
                    () -> video.forwardMasks(clip, manager));
            for (var step : steps) {
                int before = -1; // the first step of a stage makes the tables that stay
                for (int n = 0; n < 3; n++) {
                    try (var scope = new NDScope();
                            var collector = Engine.getInstance().newGradientCollector()) {
                        scope.suppressNotUsedWarning();
                        var loss = step.get().loss();
                        collector.backward(loss);
                        assertTrue(Float.isFinite(loss.getFloat()));
                    }
                    int now = manager.getManagedArrays().size();
                    assertTrue(before < 0 || before == now, before + " arrays, then " + now);
                    before = now;
                }
            }
        }
    }

    @Test
    void gradientsDoNotReadFreedMemory() throws Exception {
        try (var manager = NDManager.newBaseManager()) {
            var weights = Weights.initialise(7, manager);
            var image = ImageStage.of(TINY, weights);
            var video = VideoStage.of(TINY, weights);
            var scenes = SceneConfig.easyImage().withSize(64, 64);
            var scene = SceneSampler.image(3, scenes);
            var pictures = ImageBatch.of(
                    List.of(TrainingImage.of(scene, SceneRenderer.of(scene), 0)), 2, new SplittableRandom(1));
            var clip = new ClipSampler(64, 2, 0).sample(3, new SplittableRandom(2));
            requireGradients(weights);
            assertSameGradients(weights, () -> image.forward(pictures, 0.5, manager));
            assertSameGradients(weights, () -> video.forward(clip, manager));
        }
    }

    private static void requireGradients(Weights weights) {
        weights.used().forEach((name, parameter) -> {
            if (!name.endsWith("positional_encoding_gaussian_matrix")) {
                parameter.setRequiresGradient(true);
            }
        });
    }

    private static void assertSameGradients(Weights weights, Supplier<StepResult> forward) throws Exception {
        var first = new HashMap<String, float[]>();
        for (boolean isOverwritten : new boolean[] {false, true}) {
            try (var scope = new NDScope();
                    var collector = Engine.getInstance().newGradientCollector()) {
                scope.suppressNotUsedWarning();
                var loss = forward.get().loss();
                var filled = isOverwritten ? FreedMemory.overwrite() : List.of();
                collector.backward(loss);
                assertEquals(isOverwritten, !filled.isEmpty());
                for (var entry : weights.used().entrySet()) {
                    if (entry.getValue().hasGradient()) {
                        var gradient = entry.getValue().getGradient();
                        float[] values = gradient.toFloatArray();
                        gradient.subi(gradient);
                        var before = first.putIfAbsent(entry.getKey(), values);
                        if (before != null) {
                            assertArrayEquals(before, values, Float.MIN_VALUE, entry.getKey()); // 0 equals -0
                        }
                    }
                }
            }
        }
        assertTrue(first.size() > 100);
    }
}
