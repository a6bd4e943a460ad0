package org.sola.detector;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.sola.sam2.FrameFeatures;
import org.sola.sam2.Sam2Config;
import org.sola.tensor.Weights;

class BoxDetectorTest {
    private static final Path MODELS = Path.of(System.getProperty("sola.home", ".."), "configs/models");
    private static final Sam2Config ENCODER = encoder();

    private static Sam2Config encoder() {
        try {
            return Sam2Config.read(MODELS.resolve("sam2.1-nano.yaml"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static FrameFeatures features(NDManager manager, int frames) {
        return new FrameFeatures(
                manager.randomNormal(new Shape(frames, 16, 64, 64)),
                manager.randomNormal(new Shape(frames, 32, 32, 32)),
                manager.randomNormal(new Shape(frames, 128, 16, 16)));
    }

    private static BoxDetectorConfig config(double scoreThreshold, int maximumBoxes) {
        return new BoxDetectorConfig("test", ENCODER.name(), 16, 1, scoreThreshold, 0.6, maximumBoxes);
    }

    @Test
    void everyCellHasAScoreAndABoxAroundItsPlace() {
        try (var manager = NDManager.newBaseManager("PyTorch")) {
            var shipped = BoxDetectorConfig.read(MODELS.resolve("detector-nano.yaml"));
            var detector = BoxDetector.of(shipped, ENCODER, Weights.initialise(1, manager));
            var output = detector.forward(features(manager, 2));
            assertEquals(new Shape(2 * 32 * 32, 1), output.logits().getShape());
            assertEquals(new Shape(2 * 32 * 32, 4), output.boxes().getShape());
            float[] boxes = output.boxes().toFloatArray();
            for (int cell : new int[] {0, 31, 32 * 31, 1024, 2047}) { // untrained boxes are near their cell
                assertEquals((cell % 32 + 0.5) * 8, (boxes[4 * cell] + boxes[4 * cell + 2]) / 2, 12);
                assertEquals((cell / 32 % 32 + 0.5) * 8, (boxes[4 * cell + 1] + boxes[4 * cell + 3]) / 2, 12);
            }
        }
    }

    @Test
    void whatIsFoundIsWithinTheFrameTheBestFirst() {
        try (var manager = NDManager.newBaseManager("PyTorch")) {
            var detector = BoxDetector.of(config(0, 7), ENCODER, Weights.initialise(1, manager));
            var found = detector.detect(features(manager, 1), 100, 300);
            assertEquals(7, found.size());
            for (int i = 0; i < found.size(); i++) {
                var box = found.get(i);
                assertTrue(box.left() >= 0 && box.left() < box.right() && box.right() <= 300, box.toString());
                assertTrue(box.top() >= 0 && box.top() < box.bottom() && box.bottom() <= 100, box.toString());
                assertTrue(i == 0 || box.score() <= found.get(i - 1).score());
            }
            var strict = BoxDetector.of(config(0.99, 7), ENCODER, Weights.initialise(1, manager));
            assertEquals(0, strict.detect(features(manager, 1), 100, 300).size());
        }
    }

    @Test
    void detectingLeavesNoNativeMemoryBehind() {
        try (var manager = NDManager.newBaseManager("PyTorch")) {
            var detector = BoxDetector.of(config(0, 7), ENCODER, Weights.initialise(1, manager));
            var features = features(manager, 1);
            detector.detect(features, 64, 64);
            int before = manager.getManagedArrays().size();
            for (int i = 0; i < 3; i++) {
                detector.detect(features, 64, 64);
            }
            assertEquals(before, manager.getManagedArrays().size());
        }
    }

    @Test
    void impossibleSizesAreRefused() {
        assertThrows(IllegalArgumentException.class, () -> config(1.5, 7));
        assertThrows(IllegalArgumentException.class, () -> config(0.3, 0));
        assertThrows(IllegalArgumentException.class, () -> new BoxDetectorConfig("test", "x", 12, 1, 0.3, 0.6, 1));
    }
}
