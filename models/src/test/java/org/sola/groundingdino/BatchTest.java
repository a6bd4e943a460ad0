package org.sola.groundingdino;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.NDScope;
import ai.djl.ndarray.types.Shape;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sola.layer.Observer;
import org.sola.tensor.EngineMemory;
import org.sola.tensor.Weights;

/** Images of different sizes with captions of their own, together and one at a time. */
class BatchTest {
    /** Odd sides, sides that are no multiple of a window or a patch, and one with fewer rows than there are queries. */
    private static final int[][] SIZES = {{96, 128}, {150, 61}, {5, 9}, {64, 64}, {96, 128}};

    private static final long[][] CAPTIONS = {
        {101, 200, 201, 1012, 102},
        {101, 200, 201, 1012, 200, 202, 205, 1012, 102},
        {101, 202, 1012, 102},
        {101, 200, 206, 207, 208, 209, 201, 1012, 200, 202, 1029, 102},
        {101, 205, 206, 1012, 102}
    };

    @TempDir
    Path folder;

    private GroundingDino network(NDManager manager) throws IOException {
        var file = TinyGroundingDino.checkpoint(folder, manager, Set.of());
        return GroundingDino.ofCheckpoint(TinyGroundingDino.CONFIG, Weights.open(file, manager));
    }

    private static NDArray pixels(NDManager manager, int images, int height, int width, long seed) {
        var random = new Random(seed);
        var values = new float[images * 3 * height * width];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) random.nextGaussian();
        }
        return EngineMemory.of(manager, values, new Shape(images, 3, height, width));
    }

    private static void assertSame(GroundingDino.Output alone, GroundingDino.Output together) {
        assertEquals(alone.logits().getShape(), together.logits().getShape());
        assertEquals(alone.boxes().getShape(), together.boxes().getShape());
        float largest = alone.logits().abs().max().getFloat();
        assertArrayEquals(
                alone.logits().toFloatArray(), together.logits().toFloatArray(), 1e-4f * Math.max(1, largest));
        assertArrayEquals(alone.boxes().toFloatArray(), together.boxes().toFloatArray(), 1e-4f);
    }

    @Test
    void pairsTogetherGiveWhatEachGivesAlone() throws IOException {
        try (var manager = NDManager.newBaseManager("PyTorch");
                var scope = new NDScope()) {
            scope.suppressNotUsedWarning();
            var network = network(manager);
            var images = new ArrayList<ImageMemory>();
            var texts = new ArrayList<TextMemory>();
            var alone = new ArrayList<GroundingDino.Output>();
            for (int b = 0; b < SIZES.length; b++) {
                images.add(network.encodeImage(pixels(manager, 1, SIZES[b][0], SIZES[b][1], b), Observer.NONE));
                texts.add(network.encodeText(manager, CAPTIONS[b], Observer.NONE));
                alone.add(network.detect(images.get(b), texts.get(b), Observer.NONE));
            }
            assertTrue(images.get(2).levels().rows() < TinyGroundingDino.CONFIG.queries(), "one has fewer queries");
            var together = network.detect(images, texts, Observer.NONE);
            for (int b = 0; b < SIZES.length; b++) {
                assertSame(alone.get(b), together.get(b));
            }
        }
    }

    @Test
    void anImageMayBePairedWithSeveralCaptions() throws IOException {
        try (var manager = NDManager.newBaseManager("PyTorch");
                var scope = new NDScope()) {
            scope.suppressNotUsedWarning();
            var network = network(manager);
            var image = network.encodeImage(pixels(manager, 1, 70, 90, 1), Observer.NONE);
            var first = network.encodeText(manager, CAPTIONS[0], Observer.NONE);
            var second = network.encodeText(manager, CAPTIONS[3], Observer.NONE);
            var together = network.detect(List.of(image, image), List.of(first, second), Observer.NONE);
            assertSame(network.detect(image, first, Observer.NONE), together.get(0));
            assertSame(network.detect(image, second, Observer.NONE), together.get(1));
        }
    }

    @Test
    void imagesOfOneSizeGoThroughTheBackboneTogether() throws IOException {
        try (var manager = NDManager.newBaseManager("PyTorch");
                var scope = new NDScope()) {
            scope.suppressNotUsedWarning();
            var network = network(manager);
            var images = pixels(manager, 3, 75, 101, 7);
            var together = network.encodeImages(images, Observer.NONE);
            assertEquals(3, together.size());
            for (int b = 0; b < 3; b++) {
                var alone = network.encodeImage(images.get(b + ":" + (b + 1)), Observer.NONE);
                assertEquals(alone.levels(), together.get(b).levels());
                assertArrayEquals(
                        alone.rows().toFloatArray(), together.get(b).rows().toFloatArray(), 1e-4f);
                assertArrayEquals(
                        alone.positions().toFloatArray(),
                        together.get(b).positions().toFloatArray(),
                        0);
            }
        }
    }

    @Test
    void imagesWithoutTheirCaptionsAreRefused() throws IOException {
        try (var manager = NDManager.newBaseManager("PyTorch");
                var scope = new NDScope()) {
            scope.suppressNotUsedWarning();
            var network = network(manager);
            var image = network.encodeImage(pixels(manager, 1, 32, 32, 1), Observer.NONE);
            var refused = assertThrows(
                    IllegalArgumentException.class, () -> network.detect(List.of(image), List.of(), Observer.NONE));
            assertTrue(refused.getMessage().contains("0 captions for 1 images"), refused.getMessage());
        }
    }
}
