package org.sola.sam2;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.NDScope;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.sola.image.RgbImage;
import org.sola.mask.Mask;
import org.sola.tensor.Weights;

class AutomaticMaskGeneratorTest {
    private static NDManager manager;
    private static Sam2Image model;
    private static RgbImage image;

    @BeforeAll
    static void makeModelAndImage() throws Exception {
        manager = NDManager.newBaseManager("PyTorch");
        var config = Sam2Config.read(Path.of(System.getProperty("sola.home"), "configs/models/sam2.1-nano.yaml"));
        model = Sam2Image.of(config, Weights.initialise(5, manager));
        var rgb = new byte[120 * 200 * 3];
        for (int i = 0; i < rgb.length; i++) {
            rgb[i] = (byte) (i * 31 + i / 600 * 17);
        }
        image = new RgbImage(120, 200, rgb);
    }

    @AfterAll
    static void close() {
        manager.close();
    }

    /** An untrained model trusts nothing: ask for everything. */
    private static MaskGeneratorSettings everything() {
        return MaskGeneratorSettings.defaults().withPointsPerSide(3).withThresholds(0f, 0f);
    }

    @Test
    void masksDrawnAfterTheFilterEqualThoseOfThePredictor() {
        var found = AutomaticMaskGenerator.of(model, everything()).generate(image);
        assertFalse(found.isEmpty());
        try (var predictor = Sam2ImagePredictor.of(model)) {
            predictor.setImage(image);
            for (var one : found) {
                var prediction = predictor.predict(Prompt.point(one.pointX(), one.pointY()), true);
                int same = 0;
                for (int i = 0; i < 3; i++) {
                    boolean equalIou = Math.abs(prediction.ious().get(i) - one.predictedIou()) < 1e-5;
                    same += equalIou && prediction.masks().get(i).iou(one.rle().decode()) > 0.99 ? 1 : 0;
                }
                assertTrue(same > 0, "no mask of the prompt is the one that was generated");
            }
        }
    }

    @Test
    void resultsComeByPredictedIouDescending() {
        var found = AutomaticMaskGenerator.of(model, everything()).generate(image);
        for (int i = 1; i < found.size(); i++) {
            assertTrue(found.get(i - 1).predictedIou() >= found.get(i).predictedIou());
        }
    }

    @Test
    void encodedFeaturesGiveTheSameMasks() {
        var generator = AutomaticMaskGenerator.of(model, everything());
        try (var predictor = Sam2ImagePredictor.of(model)) {
            predictor.setImage(image);
            assertEquals(generator.generate(image), generator.generate(predictor.features(), 120, 200));
        }
    }

    @Test
    void thresholdsOnlyTakeAway() {
        var all = AutomaticMaskGenerator.of(model, everything()).generate(image);
        float middle = all.get(all.size() / 2).predictedIou();
        var some = AutomaticMaskGenerator.of(model, everything().withThresholds(middle, 0f))
                .generate(image);
        assertTrue(some.stream().allMatch(mask -> mask.predictedIou() > middle));
        assertTrue(some.size() < all.size());
        assertEquals(
                List.of(),
                AutomaticMaskGenerator.of(model, everything().withThresholds(1f, 0f))
                        .generate(image));
    }

    @Test
    void cropsAndRefiningAndSmallRegionsWorkTogether() {
        var settings = new MaskGeneratorSettings(2, 64, 0f, 0f, 1f, 0f, 0.9f, 1, 0.9f, 0.3, 2, 30, false, true);
        for (var one : AutomaticMaskGenerator.of(model, settings).generate(image)) {
            assertEquals(120, one.rle().height());
            assertEquals(200, one.rle().width());
        }
    }

    @Test
    void featuresAloneCannotBeCropped() {
        var generator = AutomaticMaskGenerator.of(model, everything().withCrops(1, 1));
        var error = assertThrows(
                IllegalArgumentException.class,
                () -> generator.generate(new FrameFeatures(null, null, null), 120, 200));
        assertTrue(error.getMessage().contains("cropLayers 1"));
    }

    @Test
    void promptsTogetherEqualEachAlone() {
        var prompts = List.of(
                Prompt.point(20, 30),
                new Prompt.BoxPrompt(10, 10, 90, 80),
                Prompt.point(150, 90),
                new Prompt.MaskPrompt(Mask.of(120, 200, (y, x) -> x > 50 && y > 20 && x < 120 && y < 90)));
        try (var predictor = Sam2ImagePredictor.of(model)) {
            predictor.setImage(image);
            var together = predictor.predict(prompts, false);
            for (int i = 0; i < prompts.size(); i++) {
                var alone = predictor.predict(prompts.get(i), false);
                assertEquals(alone.ious().get(0), together.get(i).ious().get(0), 1e-5f);
                assertArrayEquals(
                        alone.lowResLogits().get(0),
                        together.get(i).lowResLogits().get(0),
                        1e-3f);
            }
            var refined = predictor.predict(
                    prompts.get(0),
                    true,
                    Optional.of(together.get(0).lowResLogits().get(0)));
            assertEquals(3, refined.masks().size());
            assertTrue(refined.best() >= 0 && refined.best() < 3);
        }
    }

    @Test
    void aPredictorWithoutAnImageSaysSo() {
        try (var predictor = Sam2ImagePredictor.of(model)) {
            var error = assertThrows(IllegalStateException.class, () -> predictor.predict(Prompt.point(1, 1), true));
            assertTrue(error.getMessage().contains("setImage"));
        }
    }

    @Test
    void generatingLeavesNoArraysBehind() {
        var generator = AutomaticMaskGenerator.of(model, everything());
        generator.generate(image);
        int before = manager.getManagedArrays().size();
        try (var scope = new NDScope()) {
            scope.suppressNotUsedWarning();
            generator.generate(image);
        }
        generator.generate(image);
        assertEquals(before, manager.getManagedArrays().size());
    }
}
