package org.sola.train.detector;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.ndarray.NDManager;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sola.config.Configs;
import org.sola.detector.BoxDetectorConfig;
import org.sola.detector.DetectorCheckpoint;
import org.sola.file.Sha256;
import org.sola.sam2.ImageEncoder;
import org.sola.sam2.Sam2Config;
import org.sola.tensor.Safetensors;
import org.sola.tensor.SafetensorsWriter;
import org.sola.tensor.Weights;
import org.sola.train.TinySam2;

class DetectorTrainingTest {
    private static final Sam2Config TINY = TinySam2.CONFIG;

    private static final BoxDetectorConfig CONFIG = new BoxDetectorConfig("tiny", "tiny-test", 8, 1, 0.1, 0.6, 9);
    private static final DetectorRecipe RECIPE =
            new DetectorRecipe(7, 5, 1, 2, 1, 20, 4, 2, 1e-3, 2, 0.3, 0.01, 1, 0.9, 2);

    @TempDir
    Path folder;

    private Path encoder;

    @BeforeEach
    void writeEncoder() throws IOException {
        encoder = write("encoder.safetensors", 3);
    }

    private Path write(String name, long seed) throws IOException {
        try (var manager = NDManager.newBaseManager("PyTorch")) {
            var weights = Weights.initialise(seed, manager);
            ImageEncoder.of(TINY, weights);
            var writer = new SafetensorsWriter();
            weights.used().forEach(writer::add);
            var file = folder.resolve(name);
            writer.write(file);
            return file;
        }
    }

    private DetectorTraining training(DetectorRecipe recipe, String run, List<String> log, BooleanSupplier isStopped) {
        return new DetectorTraining(
                CONFIG, new DetectorTraining.Encoder(TINY, encoder), recipe, folder.resolve(run), log::add, isStopped);
    }

    @Test
    void aStoppedRunEndsWhereAnUnbrokenOneDoes() throws IOException {
        var log = new ArrayList<String>();
        var whole = training(RECIPE, "whole", log, () -> false);
        assertTrue(whole.run());
        assertTrue(log.get(0).startsWith("step 5 of 5: loss "), log.toString());
        for (int stops : new int[] {1, 3}) {
            var steps = new AtomicInteger();
            assertFalse(training(RECIPE, "broken", log, () -> steps.incrementAndGet() == stops)
                    .run());
        }
        var last = training(RECIPE, "broken", log, () -> false);
        assertTrue(last.run());
        var expected = Safetensors.open(whole.weightsFile());
        var got = Safetensors.open(last.weightsFile());
        assertEquals(expected.tensors().keySet(), got.tensors().keySet());
        for (String name : expected.tensors().keySet()) {
            assertArrayEquals(expected.floats(name), got.floats(name), name);
        }
        assertTrue(last.run(), "a finished run has nothing left to do");
    }

    @Test
    void anotherRecipeOrEncoderDoesNotContinueARun() throws IOException {
        training(RECIPE, "run", new ArrayList<>(), () -> true).run();
        var longer = Configs.load(
                DetectorRecipe.class,
                List.of(Path.of(System.getProperty("sola.home"), "configs/train/detector-nano.yaml")),
                java.util.Map.of());
        var other = assertThrows(
                IllegalArgumentException.class,
                () -> training(longer, "run", new ArrayList<>(), () -> true).run());
        assertTrue(other.getMessage().contains("another recipe"), other.getMessage());
        encoder = write("other.safetensors", 4);
        var refused = assertThrows(
                IllegalArgumentException.class,
                () -> training(RECIPE, "run", new ArrayList<>(), () -> true).run());
        assertTrue(refused.getMessage().contains("another encoder"), refused.getMessage());
    }

    @Test
    void theWeightsBelongToTheirEncoder() throws IOException {
        var training = training(RECIPE, "run", new ArrayList<>(), () -> true);
        training.run();
        try (var manager = NDManager.newBaseManager("PyTorch")) {
            String sha256 = Sha256.of(encoder);
            var detector = DetectorCheckpoint.open(CONFIG, training.weightsFile(), TINY, sha256, manager);
            assertEquals(8, detector.side());
            var refused = assertThrows(
                    IllegalArgumentException.class,
                    () -> DetectorCheckpoint.open(CONFIG, training.weightsFile(), TINY, "ab".repeat(32), manager));
            assertTrue(refused.getMessage().contains("here is tiny-test with weights abababababab..."));
        }
    }
}
