package org.sola.evfsam;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.NDScope;
import ai.djl.ndarray.types.Shape;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.sola.tensor.EngineMemory;
import org.sola.tensor.FormulaWeights;
import org.sola.tensor.FreedMemory;
import org.sola.tensor.Weights;

class EvfSamTest {
    private static final List<long[]> PIECES =
            List.of(new long[] {0, 7, 81, 328, 2}, new long[] {0, 9, 2}, new long[] {0, 5, 6, 7, 8, 9, 10, 2});

    private static NDArray formula(NDManager manager, String name, double scale, long... shape) {
        var s = new Shape(shape);
        return EngineMemory.of(manager, FormulaWeights.values(name, (int) s.size(), 7, 0, scale), s);
    }

    private static NDArray samFrames(NDManager manager, int frames) {
        int side = TinyEvfSam.CONFIG.sam().imageSize();
        return formula(manager, "frames", 1.5, frames, 3, side, side);
    }

    private static NDArray fusionFrames(NDManager manager, int frames) {
        int side = TinyEvfSam.CONFIG.fusion().imageSize();
        return formula(manager, "frames", 1, frames, 3, side, side);
    }

    @Test
    void expressionsInABatchGetWhatTheyGetAlone() {
        try (var manager = NDManager.newBaseManager("PyTorch");
                var scope = new NDScope()) {
            scope.suppressNotUsedWarning();
            var network = TinyEvfSam.network(1, manager);
            var embedding = network.embedFrame(samFrames(manager, 1));
            var image = network.embedPatches(fusionFrames(manager, 1));
            var together = network.decode(embedding, network.prompt(image, PIECES));
            assertEquals(new Shape(3, 4, 32, 32), together.masks().getShape());
            for (int e = 0; e < PIECES.size(); e++) {
                var alone = network.decode(embedding, network.prompt(image, List.of(PIECES.get(e))));
                assertArrayEquals(
                        alone.masks().toFloatArray(),
                        together.masks().get(e + ":" + (e + 1)).toFloatArray(),
                        2e-5f);
                assertArrayEquals(
                        alone.ious().toFloatArray(),
                        together.ious().get(e + ":" + (e + 1)).toFloatArray(),
                        2e-5f);
            }
        }
    }

    @Test
    void theClassTokenAloneIsThatOfAllTokens() {
        try (var manager = NDManager.newBaseManager("PyTorch");
                var scope = new NDScope()) {
            scope.suppressNotUsedWarning();
            var prompter = ExpressionPrompter.of(TinyEvfSam.CONFIG, Weights.initialise(1, manager));
            var image = prompter.embedImage(fusionFrames(manager, 1));
            assertArrayEquals(
                    prompter.forward(image, PIECES, (part, x) -> {}).toFloatArray(),
                    prompter.forward(image, PIECES).toFloatArray(),
                    1e-5f);
        }
    }

    @Test
    void framesInABatchGetWhatTheyGetAlone() {
        try (var manager = NDManager.newBaseManager("PyTorch");
                var scope = new NDScope()) {
            scope.suppressNotUsedWarning();
            var network = TinyEvfSam.network(1, manager);
            var sam = samFrames(manager, 2);
            var fusion = fusionFrames(manager, 2);
            var pieces = List.of(PIECES.get(0), PIECES.get(1), PIECES.get(2), PIECES.get(0)); // two a frame
            var together =
                    network.decode(network.embedFrame(sam), network.prompt(network.embedPatches(fusion), pieces));
            for (int f = 0; f < 2; f++) {
                String frame = f + ":" + (f + 1);
                var alone = network.decode(
                        network.embedFrame(sam.get(frame)),
                        network.prompt(network.embedPatches(fusion.get(frame)), pieces.subList(2 * f, 2 * f + 2)));
                assertArrayEquals(
                        alone.masks().toFloatArray(),
                        together.masks().get(2 * f + ":" + (2 * f + 2)).toFloatArray(),
                        2e-5f);
            }
        }
    }

    /** The loss of one step and each parameter's gradient. */
    private static Map<String, float[]> gradients(boolean isOverwritten) throws InterruptedException {
        try (var manager = NDManager.newBaseManager("PyTorch");
                var scope = new NDScope()) {
            scope.suppressNotUsedWarning();
            var weights = Weights.initialise(1, manager);
            var network = EvfSam.of(TinyEvfSam.CONFIG, weights);
            weights.used().forEach((name, parameter) -> parameter.setRequiresGradient(!EvfSam.isFrozen(name)));
            var gradients = new LinkedHashMap<String, float[]>();
            try (var collector = Engine.getInstance().newGradientCollector()) {
                var embedding = network.embedFrame(samFrames(manager, 2));
                var prompts = network.prompt(network.embedPatches(fusionFrames(manager, 2)), PIECES.subList(0, 2));
                var decoded = network.decode(embedding, prompts);
                var loss = decoded.masks()
                        .mul(formula(manager, "masks", 1, 2, 4, 32, 32))
                        .sum()
                        .add(decoded.ious()
                                .mul(formula(manager, "ious", 9, 2, 4))
                                .sum());
                var filled = isOverwritten ? FreedMemory.overwrite() : List.of();
                collector.backward(loss);
                gradients.put("loss", loss.toFloatArray());
                assertEquals(isOverwritten, !filled.isEmpty());
            }
            weights.used().forEach((name, parameter) -> {
                if (!EvfSam.isFrozen(name)) {
                    gradients.put(name, parameter.getGradient().toFloatArray());
                }
            });
            return gradients;
        }
    }

    @Test
    void gradientsReachEveryParameterThatAMaskDependsOn() throws InterruptedException {
        var still = new TreeSet<String>();
        gradients(false).forEach((name, gradient) -> {
            boolean isMoved = false;
            for (float value : gradient) {
                assertTrue(Float.isFinite(value), name);
                isMoved |= value != 0;
            }
            if (!isMoved) {
                still.add(name);
            }
        });
        // After the last layer's attention only the image's class token is read.
        String last = "mm_extractor.beit3.encoder.layers.1.";
        still.removeIf(name -> name.startsWith("mm_extractor.beit3.encoder.layer_norm.B")
                || name.startsWith(last + "final_layer_norm.B")
                || name.startsWith(last + "ffn.B")
                || name.startsWith(last + "self_attn.out_proj.B")
                || name.startsWith(last + "self_attn.inner_attn_ln.B")
                || name.startsWith(last + "self_attn.q_proj.B"));
        still.removeIf(name -> name.endsWith("k_proj.bias")); // the same for all keys, which softmax takes out
        assertEquals(new TreeSet<>(), still);
    }

    @Test
    void gradientsDoNotReadFreedMemory() throws InterruptedException {
        var expected = gradients(false);
        gradients(true).forEach((name, gradient) -> assertArrayEquals(expected.get(name), gradient, 1e-4f, name));
    }

    @Test
    void startingValuesAreFixedByTheSeed() {
        try (var manager = NDManager.newBaseManager("PyTorch");
                var scope = new NDScope()) {
            scope.suppressNotUsedWarning();
            var frames = samFrames(manager, 1);
            var first = TinyEvfSam.network(1, manager).embedFrame(frames).toFloatArray();
            assertArrayEquals(
                    first, TinyEvfSam.network(1, manager).embedFrame(frames).toFloatArray());
            var other = TinyEvfSam.network(2, manager).embedFrame(frames).toFloatArray();
            assertFalse(java.util.Arrays.equals(first, other));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"evf-sam-nano"})
    void theSmallSizesAreConfigurationOnly(String name) {
        var config = EvfSamConfig.read(Path.of(System.getProperty("sola.home"), "configs/models", name + ".yaml"));
        try (var manager = NDManager.newBaseManager("PyTorch");
                var scope = new NDScope()) {
            scope.suppressNotUsedWarning();
            var weights = Weights.initialise(1, manager);
            var network = EvfSam.of(config, weights);
            int side = config.sam().imageSize();
            var embedding = network.embedFrame(formula(manager, "frame", 1, 1, 3, side, side));
            int fusionSide = config.fusion().imageSize();
            var image = network.embedPatches(formula(manager, "frame", 1, 1, 3, fusionSide, fusionSide));
            var decoded = network.decode(embedding, network.prompt(image, PIECES));
            int lowRes = config.sam().lowResSize();
            assertEquals(new Shape(3, 4, lowRes, lowRes), decoded.masks().getShape());
            long parameters =
                    weights.used().values().stream().mapToLong(NDArray::size).sum();
            System.out.println(name + " has " + parameters + " parameters");
            assertTrue(parameters < 8_000_000, parameters + " parameters");
        }
    }
}
