package org.sola.alphaclip;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.NDScope;
import ai.djl.ndarray.types.Shape;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.sola.image.RgbImage;
import org.sola.layer.Observer;
import org.sola.mask.Mask;
import org.sola.tensor.EngineMemory;
import org.sola.tensor.FreedMemory;
import org.sola.tensor.Scalar;
import org.sola.tensor.Weights;
import org.sola.tensor.WeightsException;
import org.sola.text.TokenizerKind;

class AlphaClipTest {
    static final AlphaClipConfig TINY = new AlphaClipConfig(
            "tiny",
            12,
            new AlphaClipConfig.Vision(32, 8, 16, 2, 2, ImageFit.SQUASH),
            new AlphaClipConfig.Text(TokenizerKind.WORD_PIECE, 100, 10, 24, 2, 3));

    private NDManager manager;

    @BeforeEach
    void open() {
        manager = NDManager.newBaseManager("PyTorch");
    }

    @AfterEach
    void close() {
        manager.close();
    }

    private NDArray images(int count) {
        return manager.randomNormal(new Shape(count, 3, 32, 32));
    }

    private static RgbImage gradient(int height, int width) {
        var rgb = new byte[height * width * 3];
        for (int i = 0; i < rgb.length; i++) {
            rgb[i] = (byte) (i / 3 % width * 255 / width);
        }
        return new RgbImage(height, width, rgb);
    }

    @Test
    void whatFollowsATextAndStandsBesideItDoesNotChangeIt() {
        var network = AlphaClip.of(TINY, Weights.initialise(3, manager));
        var shorter = new TextPieces(List.of(98L, 4L, 99L), true);
        var longer = new TextPieces(List.of(98L, 4L, 5L, 6L, 7L, 99L), true);
        var alone = network.encodeTexts(manager, List.of(shorter));
        var together = network.encodeTexts(manager, List.of(shorter, longer));
        assertArrayEquals(alone.toFloatArray(), together.get("0:1").toFloatArray(), 1e-5f);
        assertEquals(new Shape(2, 12), together.getShape());
    }

    @Test
    void oneImageServesSeveralMasks() {
        var network = AlphaClip.of(TINY, Weights.initialise(3, manager));
        var patches = network.imagePatches(images(1));
        var alphas = NDArrays.concat(new NDList(
                AlphaInput.alpha(manager, Mask.empty(20, 30), TINY.vision()),
                AlphaInput.alpha(manager, Mask.of(20, 30, (y, x) -> x < 15), TINY.vision())));
        var together = network.encodeImages(patches, alphas);
        for (int i = 0; i < 2; i++) {
            var alone = network.encodeImages(patches, alphas.get(i + ":" + (i + 1)));
            assertArrayEquals(
                    alone.toFloatArray(), together.get(i + ":" + (i + 1)).toFloatArray(), 1e-5f);
        }
        float[] alignment = AlphaClip.alignment(together, together).toFloatArray();
        assertEquals(1, alignment[0], 1e-5);
        assertEquals(alignment[1], alignment[2], 1e-6);
        assertTrue(alignment[1] < 0.9999, "the mask does not change the feature: " + alignment[1]);
    }

    @Test
    void everyParameterLearnsWhateverIsFreedMeanwhile() throws InterruptedException {
        var weights = Weights.initialise(5, manager);
        var network = AlphaClip.of(TINY, weights);
        weights.used().values().forEach(parameter -> parameter.setRequiresGradient(true));
        var images = images(2);
        try (var collector = Engine.getInstance().newGradientCollector();
                var scope = new NDScope()) {
            scope.suppressNotUsedWarning();
            var alphas = EngineMemory.of(manager, new float[2 * 32 * 32], new Shape(2, 1, 32, 32))
                    .add(Scalar.of(1));
            var image = network.encodeImages(network.imagePatches(images), alphas);
            var text = network.encodeTexts(
                    manager,
                    List.of(new TextPieces(List.of(98L, 4L, 99L), true), new TextPieces(List.of(98L, 99L), true)));
            var logits =
                    AlphaClip.alignment(image, text).mul(network.logitScale().exp());
            FreedMemory.overwrite();
            collector.backward(logits.get(":, 0").sub(logits.get(":, 1")).sum());
        }
        weights.used().forEach((name, parameter) -> {
            float largest = parameter.getGradient().abs().max().toFloatArray()[0];
            assertTrue(largest > 0 && largest < 1e6, name + " has a gradient of " + largest);
        });
    }

    @Test
    void encodingLeavesNoNativeMemoryBehind() {
        var network = AlphaClip.of(TINY, Weights.initialise(3, manager));
        var patches = network.imagePatches(images(1));
        var alpha = AlphaInput.alpha(manager, Mask.empty(9, 9), TINY.vision());
        network.encodeImages(patches, alpha).close();
        int before = manager.getManagedArrays().size();
        for (int i = 0; i < 3; i++) {
            network.encodeImages(patches, alpha).close();
            network.encodeTexts(manager, List.of(new TextPieces(List.of(98L, 99L), true)))
                    .close();
        }
        assertEquals(before, manager.getManagedArrays().size());
    }

    @Test
    void theMiddleOfAnImageIsCutOutWhereTheConfigurationSaysSo() {
        var crop = new AlphaClipConfig.Vision(32, 8, 16, 1, 1, ImageFit.CENTRE_CROP);
        float[] cropped = AlphaInput.image(manager, gradient(32, 96), crop).toFloatArray();
        float[] squashed =
                AlphaInput.image(manager, gradient(32, 96), TINY.vision()).toFloatArray();
        assertEquals(3 * 32 * 32, cropped.length);
        assertTrue(squashed[0] < cropped[0] - 0.5, "the left third is not cut off");
        assertTrue(squashed[31] > cropped[31] + 0.5, "the right third is not cut off");
        float[] odd = AlphaInput.image(manager, gradient(47, 31), crop).toFloatArray();
        assertEquals(3 * 32 * 32, odd.length);
    }

    @Test
    void theTwoSidesMayLieInTwoFilesWithTheirOwnNames() {
        var weights = Weights.initialise(3, manager);
        var whole = AlphaClip.of(TINY, weights);
        var visual = new java.util.LinkedHashMap<String, NDArray>();
        var clip = new java.util.LinkedHashMap<String, NDArray>();
        weights.used().forEach((name, value) -> {
            if (name.startsWith("visual.")) {
                visual.put(name.substring("visual.".length()), value);
            } else {
                clip.put(name, value);
            }
        });
        assertTrue(visual.containsKey("transformer.resblocks.0.attn.in_proj.weight"), visual.toString());
        assertTrue(clip.containsKey("transformer.resblocks.0.attn.in_proj_weight"), clip.toString());
        var pair = AlphaClip.of(TINY, Weights.of("visual", visual), Weights.of("clip", clip));
        var image = images(1);
        var alpha = AlphaInput.alpha(manager, Mask.empty(9, 9), TINY.vision());
        assertArrayEquals(
                whole.encodeImages(whole.imagePatches(image), alpha).toFloatArray(),
                pair.encodeImages(pair.imagePatches(image), alpha).toFloatArray());
        assertThrows(
                WeightsException.class,
                () -> AlphaClip.of(TINY, Weights.of("nothing", Map.of()), Weights.of("", clip)));
    }

    @Test
    void impossibleSizesAreRefused() {
        assertThrows(
                IllegalArgumentException.class, () -> new AlphaClipConfig.Vision(30, 8, 16, 1, 1, ImageFit.SQUASH));
        assertThrows(
                IllegalArgumentException.class, () -> new AlphaClipConfig.Vision(32, 8, 16, 1, 3, ImageFit.SQUASH));
        var network = AlphaClip.of(TINY, Weights.initialise(3, manager));
        assertThrows(
                IllegalArgumentException.class,
                () -> network.encodeTexts(manager, new long[1][11], new int[1], Observer.NONE));
    }
}
