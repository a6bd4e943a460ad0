package org.sola.groundingdino;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.ndarray.NDManager;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sola.image.RgbImage;

class GroundingDinoDetectorTest {
    private static final DetectionRule ALL = new DetectionRule(0, 0.9);

    @TempDir
    Path folder;

    private GroundingDinoDetector open(NDManager manager) throws IOException {
        return GroundingDinoDetector.open(
                TinyGroundingDino.CONFIG,
                TinyGroundingDino.checkpoint(folder, manager, Set.of()),
                TinyGroundingDino.vocabulary(folder),
                manager);
    }

    private static RgbImage image(int height, int width, long seed) {
        var rgb = new byte[3 * height * width];
        new Random(seed).nextBytes(rgb);
        return new RgbImage(height, width, rgb);
    }

    @Test
    void neitherImagesNorCaptionsLeaveNativeMemoryBehind() throws IOException {
        try (var manager = NDManager.newBaseManager("PyTorch");
                var detector = open(manager)) {
            var weights = detector.liveArrays();
            int before = 0;
            for (int i = 0; i < 3; i++) {
                try (var encoded = detector.encode(image(60, 90, i))) {
                    assertEquals(
                            12, detector.detect(encoded, "a cat . a dog", ALL).size());
                    detector.detect(encoded, "a dog", ALL);
                }
                if (i == 0) {
                    before = detector.liveArrays();
                }
            }
            assertEquals(before, detector.liveArrays());
            assertTrue(before <= weights + 2, before + " live arrays after the first image, " + weights + " at first");
        }
    }

    @Test
    void aFurtherCaptionOnAnEncodedImageGivesWhatItGivesAlone() throws IOException {
        try (var manager = NDManager.newBaseManager("PyTorch");
                var detector = open(manager)) {
            var picture = image(40, 50, 1);
            try (var encoded = detector.encode(picture);
                    var again = detector.encode(picture)) {
                var first = detector.detect(encoded, "a cat.", ALL);
                var second = detector.detect(encoded, "A Dog ", ALL);
                assertEquals(second, detector.detect(again, "a dog.", ALL), "case and full stop do not matter");
                assertFalse(first.equals(second));
                assertEquals(first, detector.detect(encoded, "a cat.", ALL));
            }
        }
    }

    @Test
    void listsOfImagesWithTheirCaptionsGiveWhatEachPairGives() throws IOException {
        try (var manager = NDManager.newBaseManager("PyTorch");
                var detector = open(manager)) {
            // more of one size than are encoded at once, others between them
            var pictures = new ArrayList<RgbImage>();
            for (int i = 0; i < 7; i++) {
                pictures.add(i % 3 == 1 ? image(20, 31, i) : image(12, 12, i));
            }
            var captions = List.of("a cat", "a dog . a cat", "cat", "a dog", "a a a cat", "dog.", "a cat . a dog");
            int before = detector.liveArrays();
            var encoded = detector.encodeAll(pictures);
            var together = detector.detectAll(encoded, captions, ALL);
            for (int i = 0; i < pictures.size(); i++) {
                try (var alone = detector.encode(pictures.get(i))) {
                    assertClose(detector.detect(alone, captions.get(i), ALL), together.get(i));
                }
            }
            encoded.forEach(GroundingDinoDetector.EncodedImage::close);
            assertEquals(before, detector.liveArrays());
            assertThrows(IllegalArgumentException.class, () -> detector.detectAll(encoded, List.of("a cat"), ALL));
            assertEquals(List.of(), detector.detectAll(List.of(), List.of(), ALL));
        }
    }

    private static void assertClose(List<Detection> expected, List<Detection> found) {
        assertEquals(expected.size(), found.size());
        for (int i = 0; i < expected.size(); i++) {
            assertEquals(expected.get(i).query(), found.get(i).query());
            assertEquals(expected.get(i).score(), found.get(i).score(), 1e-4);
            for (int side = 0; side < 4; side++) {
                assertEquals(
                        expected.get(i).boxXyxy().get(side),
                        found.get(i).boxXyxy().get(side),
                        1e-2);
            }
        }
    }

    @Test
    void imagesOfAnyShapeAreRead() throws IOException {
        try (var manager = NDManager.newBaseManager("PyTorch");
                var detector = open(manager)) {
            for (int[] size : new int[][] {{1, 1}, {1, 300}, {300, 2}}) {
                try (var encoded = detector.encode(image(size[0], size[1], 3))) {
                    detector.detect(encoded, "a cat", ALL).forEach(found -> {
                        float centre = (found.boxXyxy().get(0) + found.boxXyxy().get(2)) / 2;
                        assertTrue(centre >= 0 && centre <= size[1], found.toString());
                    });
                }
            }
        }
    }

    @Test
    void anEmptyCaptionIsRefused() throws IOException {
        try (var manager = NDManager.newBaseManager("PyTorch");
                var detector = open(manager);
                var encoded = detector.encode(image(20, 20, 1))) {
            assertThrows(IllegalArgumentException.class, () -> detector.detect(encoded, "  ", ALL));
        }
    }
}
