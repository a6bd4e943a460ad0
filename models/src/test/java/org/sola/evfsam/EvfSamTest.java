package org.sola.evfsam;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
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
import java.util.Optional;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.sola.sam2.FrameFeatures;
import org.sola.sam2.Sam2Image;
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
        int side = TinyEvfSam.SAM.imageSize();
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
            var image = network.embedPatches(Optional.of(fusionFrames(manager, 1)), embedding);
            var together = network.decode(embedding, network.prompt(image, PIECES));
            assertEquals(new Shape(3, 1, 32, 32), together.masks().getShape());
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
            var features = network.embedFrame(sam);
            var together = network.decode(
                    features, network.prompt(network.embedPatches(Optional.of(fusion), features), pieces));
            for (int f = 0; f < 2; f++) {
                String frame = f + ":" + (f + 1);
                var own = network.embedFrame(sam.get(frame));
                var image = network.embedPatches(Optional.of(fusion.get(frame)), own);
                var alone = network.decode(own, network.prompt(image, pieces.subList(2 * f, 2 * f + 2)));
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
            weights.used().forEach((name, parameter) -> parameter.setRequiresGradient(!network.isFrozen(name)));
            var gradients = new LinkedHashMap<String, float[]>();
            try (var collector = Engine.getInstance().newGradientCollector()) {
                var embedding = network.embedFrame(samFrames(manager, 2));
                var image = network.embedPatches(Optional.of(fusionFrames(manager, 2)), embedding);
                var prompts = network.prompt(image, PIECES.subList(0, 2));
                var decoded = network.decode(embedding, prompts);
                var loss = decoded.masks()
                        .mul(formula(manager, "masks", 1, 2, 1, 32, 32))
                        .sum()
                        .add(decoded.ious()
                                .mul(formula(manager, "ious", 9, 2, 1))
                                .sum());
                var filled = isOverwritten ? FreedMemory.overwrite() : List.of();
                collector.backward(loss);
                gradients.put("loss", loss.toFloatArray());
                assertEquals(isOverwritten, !filled.isEmpty());
            }
            weights.used().forEach((name, parameter) -> {
                if (!network.isFrozen(name)) {
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
        // Of the four masks the single one is drawn.
        still.removeIf(name -> name.matches("visual_model.mask_decoder.output_hypernetworks_mlps.[123].*"));
        still.removeIf(name -> name.endsWith("k_proj.bias")); // the same for all keys, which softmax takes out
        assertEquals(new TreeSet<>(), still);
    }

    @Test
    void gradientsDoNotReadFreedMemory() throws InterruptedException {
        var expected = gradients(false);
        gradients(true).forEach((name, gradient) -> assertArrayEquals(expected.get(name), gradient, 1e-4f, name));
    }

    @Test
    void sam2DrawsTheSingleMaskOrTheBestOfThree() {
        try (var manager = NDManager.newBaseManager("PyTorch");
                var scope = new NDScope()) {
            scope.suppressNotUsedWarning();
            var config = TinyEvfSam.sam2(true);
            var weights = Weights.initialise(1, manager);
            var network = EvfSam.of(config, weights);
            var frames = formula(manager, "frames", 1.5, 2, 3, 64, 64);
            var prompts = formula(manager, "prompts", 2, 4, 1, 16); // two a frame
            var features = network.embedFrame(frames);
            var best = network.decode(features, prompts);
            assertEquals(new Shape(4, 1, 16, 16), best.masks().getShape());

            var sam2 = Sam2Image.of(config.sam2().orElseThrow().network(), weights.at("visual_model"));
            var said = sam2.decode(
                    new FrameFeatures(features.get(0), features.get(1), features.get(2)),
                    prompts,
                    sam2.promptEncoder().noMask());
            float[] ious = said.ious().toFloatArray();
            for (int e = 0; e < 4; e++) {
                int wanted = 1;
                for (int mask = 2; mask < 4; mask++) {
                    wanted = ious[4 * e + mask] > ious[4 * e + wanted] ? mask : wanted;
                }
                assertEquals(ious[4 * e + wanted], best.ious().getFloat(e, 0));
                assertArrayEquals(
                        said.masks().get(e + ", " + wanted).toFloatArray(),
                        best.masks().get(e + ", 0").toFloatArray());
            }
            var single = EvfSam.of(TinyEvfSam.sam2(false), weights).decode(features, prompts);
            assertArrayEquals(
                    said.masks().get(":, 0:1").toFloatArray(), single.masks().toFloatArray());
            var size = network.size(30, 70);
            assertEquals(
                    new Shape(4, 1, 30, 70), network.toFrame(best.masks(), size).getShape());
        }
    }

    @Test
    void sam2KnowsWhatAPointLooksLike() {
        try (var manager = NDManager.newBaseManager("PyTorch");
                var scope = new NDScope()) {
            scope.suppressNotUsedWarning();
            var points = manager.create(new float[] {3, 60, 31, 0}, new Shape(2, 1, 2));
            assertEquals(Optional.empty(), TinyEvfSam.network(1, manager).pointPrompts(points));
            var config = TinyEvfSam.sam2(false);
            var weights = Weights.initialise(1, manager);
            var got = EvfSam.of(config, weights).pointPrompts(points).orElseThrow();
            var sam2 = Sam2Image.of(config.sam2().orElseThrow().network(), weights.at("visual_model"));
            var both = sam2.promptEncoder().points(points, manager.ones(new Shape(2, 1))); // with a closing token
            assertArrayEquals(both.get(":, 0:1").toFloatArray(), got.toFloatArray());
        }
    }

    @Test
    void aConfigurationNamesOneNetworkThatDraws() {
        assertThrows(
                IllegalArgumentException.class,
                () -> new EvfSamConfig("none", TinyEvfSam.FUSION, Optional.empty(), Optional.empty()));
        var both = TinyEvfSam.sam2(false).sam2();
        assertThrows(
                IllegalArgumentException.class,
                () -> new EvfSamConfig("both", TinyEvfSam.FUSION, Optional.of(TinyEvfSam.SAM), both));
    }

    @Test
    void startingValuesAreFixedByTheSeed() {
        try (var manager = NDManager.newBaseManager("PyTorch");
                var scope = new NDScope()) {
            scope.suppressNotUsedWarning();
            var frames = samFrames(manager, 1);
            var first = TinyEvfSam.network(1, manager).embedFrame(frames).get(0).toFloatArray();
            assertArrayEquals(
                    first,
                    TinyEvfSam.network(1, manager).embedFrame(frames).get(0).toFloatArray());
            var other = TinyEvfSam.network(2, manager).embedFrame(frames).get(0).toFloatArray();
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
            int side = network.imageSize();
            var embedding = network.embedFrame(formula(manager, "frame", 1, 1, 3, side, side));
            var image = network.embedPatches(Optional.empty(), embedding);
            var decoded = network.decode(embedding, network.prompt(image, PIECES));
            int lowRes = network.maskSize();
            assertEquals(new Shape(3, 1, lowRes, lowRes), decoded.masks().getShape());
            long parameters =
                    weights.used().values().stream().mapToLong(NDArray::size).sum();
            System.out.println(name + " has " + parameters + " parameters");
            assertTrue(parameters < 8_000_000, parameters + " parameters");
        }
    }
}
