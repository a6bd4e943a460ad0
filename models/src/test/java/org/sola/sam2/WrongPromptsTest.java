package org.sola.sam2;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.sola.image.RgbImage;
import org.sola.mask.Mask;
import org.sola.tensor.Weights;

/** Prompts that cannot be meant, to the image predictor and to a video's session: each is answered with what is wrong. */
class WrongPromptsTest {
    private static final int HEIGHT = 40;
    private static final int WIDTH = 60;

    private static NDManager manager;
    private static Sam2Config config;
    private static Sam2 model;

    @BeforeAll
    static void build() throws Exception {
        manager = NDManager.newBaseManager();
        config = Sam2VideoTest.nano().withImageSize(64);
        model = Sam2.of(config, Weights.initialise(1, manager));
    }

    @AfterAll
    static void close() {
        manager.close();
    }

    private static void refused(String expected, Prompt prompt) {
        try (var predictor = Sam2ImagePredictor.of(model.image())) {
            predictor.setImage(RgbImage.black(HEIGHT, WIDTH));
            for (var call : List.<org.junit.jupiter.api.function.Executable>of(
                    () -> predictor.predict(prompt, true), () -> predictor.predict(List.of(prompt), true))) {
                var error = assertThrows(IllegalArgumentException.class, call);
                assertTrue(error.getMessage().contains(expected), error.getMessage());
            }
        }
        var frames = TrackPropagatorTest.features(manager, config, 3);
        try (var session = Sam2VideoPredictor.of(model.video()).open(frames, HEIGHT, WIDTH)) {
            var error = assertThrows(IllegalArgumentException.class, () -> session.add(1, 2, prompt));
            assertTrue(error.getMessage().contains(expected), error.getMessage());
            assertTrue(error.getMessage().contains("frame 2"), error.getMessage());
            assertEquals(List.of(), session.objectIds(), "nothing was added");
        }
    }

    @Test
    void clicksOutsideOfTheFrameAreRefused() {
        refused("outside of the image of 60x40", Prompt.point(WIDTH + 1, 5));
        refused("outside of the image of 60x40", Prompt.point(50, 55));
        refused("(-3.0, 5.0)", Prompt.point(-3, 5));
        var inBox = new Prompt.BoxPrompt(1, 1, 20, 20, List.of(new Prompt.Click(10, 99, false)));
        refused("(10.0, 99.0)", inBox);
    }

    @Test
    void boxesWithNothingOfTheFrameInThemAreRefusedAndOthersTaken() {
        refused("outside of the image", new Prompt.BoxPrompt(70, 5, 90, 20));
        refused("outside of the image", new Prompt.BoxPrompt(5, -30, 20, -10));
        try (var predictor = Sam2ImagePredictor.of(model.image())) {
            predictor.setImage(RgbImage.black(HEIGHT, WIDTH));
            var masks = predictor.predict(new Prompt.BoxPrompt(-5, -5, 70, 50), false);
            assertEquals(1, masks.masks().size(), "a detector's box may stick out");
        }
    }

    @Test
    void masksOfAnotherSizeAreRefused() {
        refused("is 20x20, the image 40x60", new Prompt.MaskPrompt(Mask.of(20, 20, (y, x) -> true)));
    }

    @Test
    void numbersThatAreNoneAreRefused() {
        assertThrows(IllegalArgumentException.class, () -> Prompt.point(Double.NaN, 1));
        assertThrows(IllegalArgumentException.class, () -> new Prompt.BoxPrompt(0, 0, Double.NaN, 5));
        assertThrows(IllegalArgumentException.class, () -> new Prompt.BoxPrompt(0, 0, Double.POSITIVE_INFINITY, 5));
        try (var predictor = Sam2ImagePredictor.of(model.image())) {
            assertThrows(IllegalStateException.class, () -> predictor.predict(Prompt.point(1, 1), true), "no image");
            predictor.setImage(RgbImage.black(HEIGHT, WIDTH));
            var earlier = new float[config.lowResSize() * config.lowResSize()];
            Arrays.fill(earlier, Float.NaN);
            var error = assertThrows(
                    IllegalArgumentException.class,
                    () -> predictor.predict(Prompt.point(1, 1), true, Optional.of(earlier)));
            assertTrue(error.getMessage().contains("NaN"), error.getMessage());
            var few = assertThrows(
                    IllegalArgumentException.class,
                    () -> predictor.predict(Prompt.point(1, 1), true, Optional.of(new float[7])));
            assertTrue(few.getMessage().contains("16x16"), few.getMessage());
        }
    }

    @Test
    void pixelsThatAreNoNumbersAndImagesOfAnotherSizeAreRefused() {
        var encoder = model.image().imageEncoder();
        for (float wrong : new float[] {Float.NaN, Float.POSITIVE_INFINITY}) {
            var values = new float[3 * 64 * 64];
            values[7777] = wrong;
            try (var image = manager.create(values, new Shape(1, 3, 64, 64))) {
                var error = assertThrows(IllegalArgumentException.class, () -> encoder.forward(image));
                assertTrue(error.getMessage().contains("NaN or infinite"), error.getMessage());
            }
        }
        try (var small = manager.zeros(new Shape(1, 3, 64, 32))) {
            var error = assertThrows(IllegalArgumentException.class, () -> encoder.forward(small));
            assertTrue(error.getMessage().contains("(batch, 3, 64, 64)"), error.getMessage());
        }
    }

    @Test
    void anObjectThatNobodyPromptedIsNamedWithThoseThatAreKnown() {
        var frames = TrackPropagatorTest.features(manager, config, 3);
        try (var session = Sam2VideoPredictor.of(model.video()).open(frames, HEIGHT, WIDTH)) {
            assertThrows(IllegalStateException.class, () -> session.propagate(Direction.FORWARD), "nothing prompted");
            session.add(4, 0, Prompt.point(5, 5));
            for (var call : List.<org.junit.jupiter.api.function.Executable>of(
                    () -> session.remove(9),
                    () -> session.clearPrompts(9, 0),
                    () -> session.memory(9, 0),
                    () -> session.isConditioning(9, 0))) {
                var error = assertThrows(IllegalArgumentException.class, call);
                assertEquals("there is no object 9; known are [4]", error.getMessage());
            }
            var late = assertThrows(IllegalArgumentException.class, () -> session.add(4, 3, Prompt.point(5, 5)));
            assertTrue(late.getMessage().contains("frames 0 to 2"), late.getMessage());
        }
    }
}
