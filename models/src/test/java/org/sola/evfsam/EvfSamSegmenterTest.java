package org.sola.evfsam;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sola.image.RgbImage;
import org.sola.tensor.Safetensors;
import org.sola.tensor.SafetensorsException;
import org.sola.tensor.SafetensorsWriter;
import org.sola.tensor.WeightsException;

class EvfSamSegmenterTest {
    @TempDir
    Path folder;

    private EvfSamSegmenter open(NDManager manager) throws IOException {
        var checkpoint = TinyEvfSam.checkpoint(folder, manager, Set.of());
        return EvfSamSegmenter.open(TinyEvfSam.CONFIG, checkpoint, TinyEvfSam.TOKENIZER, manager);
    }

    @Test
    void everyExpressionOfAnEncodedFrameGetsWhatItGetsAlone() throws IOException {
        try (var manager = NDManager.newBaseManager("PyTorch");
                var segmenter = open(manager);
                var frame = segmenter.encode(TinyEvfSam.image(37, 53, 1))) {
            var expressions = IntStream.range(0, 11)
                    .mapToObj(i -> "the red car" + " and the dog".repeat(i % 4))
                    .toList(); // more than a batch
            var together = segmenter.segment(frame, expressions);
            assertEquals(expressions.size(), together.size());
            for (int e = 0; e < expressions.size(); e++) {
                var alone = segmenter.segment(frame, expressions.get(e));
                assertArrayEquals(alone.logits(), together.get(e).logits(), 2e-5f);
                assertEquals(alone.confidence(), together.get(e).confidence(), 2e-5f);
                assertEquals(37, together.get(e).mask().height());
                assertEquals(53, together.get(e).mask().width());
            }
            assertEquals(List.of(), segmenter.segment(frame, List.of()));
        }
    }

    @Test
    void framesOfAnyShapeAreRead() throws IOException {
        try (var manager = NDManager.newBaseManager("PyTorch");
                var segmenter = open(manager)) {
            for (int[] size : new int[][] {{1, 1}, {1, 300}, {300, 2}, {61, 64}, {64, 64}, {129, 77}}) {
                try (var frame = segmenter.encode(TinyEvfSam.image(size[0], size[1], 3))) {
                    var found = segmenter.segment(frame, "a dog");
                    assertEquals(size[0] * size[1], found.logits().length);
                    for (float logit : found.logits()) {
                        assertTrue(Float.isFinite(logit));
                    }
                    assertTrue(Float.isFinite(found.confidence()));
                }
            }
        }
    }

    @Test
    void aGreyFrameIsReadAsItsThreeEqualChannels() throws IOException {
        var rgb = new byte[3 * 20 * 30];
        for (int i = 0; i < rgb.length; i++) {
            rgb[i] = (byte) (i / 3 * 7);
        }
        try (var manager = NDManager.newBaseManager("PyTorch");
                var segmenter = open(manager);
                var grey = segmenter.encode(new RgbImage(20, 30, rgb));
                var black = segmenter.encode(RgbImage.black(20, 30))) {
            assertTrue(!Arrays.equals(
                    segmenter.segment(grey, "a dog").logits(),
                    segmenter.segment(black, "a dog").logits()));
        }
    }

    @Test
    void neitherFramesNorExpressionsLeaveNativeMemoryBehind() throws IOException {
        try (var manager = NDManager.newBaseManager("PyTorch");
                var segmenter = open(manager)) {
            int before = 0;
            for (int i = 0; i < 4; i++) {
                try (var frame = segmenter.encode(TinyEvfSam.image(30, 40, i))) {
                    segmenter.segment(frame, List.of("a dog", "the two red cars on the left"));
                    segmenter.segment(frame, "a cat");
                }
                if (i == 0) {
                    before = segmenter.liveArrays();
                }
            }
            assertEquals(before, segmenter.liveArrays());
        }
    }

    @Test
    void anEmptyExpressionIsRefused() throws IOException {
        try (var manager = NDManager.newBaseManager("PyTorch");
                var segmenter = open(manager);
                var frame = segmenter.encode(TinyEvfSam.image(20, 20, 1))) {
            for (String empty : List.of("", "  \t\n")) {
                assertThrows(IllegalArgumentException.class, () -> segmenter.segment(frame, List.of("a dog", empty)));
            }
        }
    }

    @Test
    void theEndOfAVeryLongExpressionIsLeftOut() throws IOException {
        try (var manager = NDManager.newBaseManager("PyTorch");
                var segmenter = open(manager);
                var frame = segmenter.encode(TinyEvfSam.image(20, 20, 1))) {
            String veryLong = "the red car ".repeat(3000);
            long[] pieces = segmenter.pieces(veryLong);
            assertEquals(38, pieces.length); // 40 positions, two of which are not used
            assertEquals(2, pieces[37]);
            assertTrue(Float.isFinite(segmenter.segment(frame, veryLong).confidence()));
        }
    }

    @Test
    void missingFilesAreNamed() throws IOException {
        try (var manager = NDManager.newBaseManager("PyTorch")) {
            var checkpoint = TinyEvfSam.checkpoint(folder, manager, Set.of());
            var missing = folder.resolve(EvfSamSegmenter.TOKENIZER_FILE);
            var noTokenizer = assertThrows(
                    NoSuchFileException.class,
                    () -> EvfSamSegmenter.open(TinyEvfSam.CONFIG, checkpoint, missing, manager));
            assertTrue(noTokenizer.getMessage().contains(missing.toString()), noTokenizer.getMessage());
            assertThrows(
                    NoSuchFileException.class,
                    () -> EvfSamSegmenter.open(
                            TinyEvfSam.CONFIG, folder.resolve("no.safetensors"), TinyEvfSam.TOKENIZER, manager));
        }
    }

    @Test
    void aTruncatedCheckpointIsRefusedWithItsName() throws IOException {
        try (var manager = NDManager.newBaseManager("PyTorch")) {
            var checkpoint = TinyEvfSam.checkpoint(folder, manager, Set.of());
            byte[] whole = Files.readAllBytes(checkpoint);
            for (int length : new int[] {0, 7, 100, whole.length / 2, whole.length - 1}) {
                Files.write(checkpoint, Arrays.copyOf(whole, length));
                var error = assertThrows(
                        SafetensorsException.class,
                        () -> EvfSamSegmenter.open(TinyEvfSam.CONFIG, checkpoint, TinyEvfSam.TOKENIZER, manager));
                assertTrue(error.getMessage().contains(checkpoint.toString()), error.getMessage());
            }
        }
    }

    @Test
    void aCheckpointThatLacksAParameterIsRefusedWithItsName() throws IOException {
        String lacking = "mm_extractor.beit3.encoder.layers.1.ffn.B.fc1.weight";
        try (var manager = NDManager.newBaseManager("PyTorch")) {
            var checkpoint = TinyEvfSam.checkpoint(folder, manager, Set.of(lacking));
            var error = assertThrows(
                    WeightsException.class,
                    () -> EvfSamSegmenter.open(TinyEvfSam.CONFIG, checkpoint, TinyEvfSam.TOKENIZER, manager));
            assertTrue(error.getMessage().contains(lacking), error.getMessage());
        }
    }

    @Test
    void whatSamsOtherPromptsNeedMayBeInAFileAndNothingElse() throws IOException {
        try (var manager = NDManager.newBaseManager("PyTorch")) {
            var checkpoint = TinyEvfSam.checkpoint(folder, manager, Set.of());
            with(checkpoint, "visual_model.prompt_encoder.point_embeddings.0.weight", manager);
            EvfSamSegmenter.open(TinyEvfSam.CONFIG, checkpoint, TinyEvfSam.TOKENIZER, manager)
                    .close();
            with(checkpoint, "visual_model.image_encoder.blocks.9.norm1.weight", manager);
            var error = assertThrows(
                    WeightsException.class,
                    () -> EvfSamSegmenter.open(TinyEvfSam.CONFIG, checkpoint, TinyEvfSam.TOKENIZER, manager));
            assertTrue(error.getMessage().contains("blocks.9"), error.getMessage());
        }
    }

    private static void with(Path checkpoint, String name, NDManager manager) throws IOException {
        var stored = Safetensors.open(checkpoint);
        var writer = new SafetensorsWriter();
        for (var tensor : stored.tensors().entrySet()) {
            var shape = new Shape(tensor.getValue().dimensions());
            writer.add(tensor.getKey(), manager.create(stored.floats(tensor.getKey()), shape));
        }
        writer.add(name, manager.zeros(new Shape(1, 32)));
        writer.write(checkpoint);
    }

    @Test
    void theTokenizerOfALargerModelIsRefused() throws IOException {
        var fusion = new EvfSamConfig.Fusion(24, 8, 1601, 40, 16, 2, 2, 32);
        var config = new EvfSamConfig("tiny", fusion, TinyEvfSam.SAM);
        try (var manager = NDManager.newBaseManager("PyTorch")) {
            var checkpoint = TinyEvfSam.checkpoint(folder, manager, Set.of());
            var error = assertThrows(
                    IllegalArgumentException.class,
                    () -> EvfSamSegmenter.open(config, checkpoint, TinyEvfSam.TOKENIZER, manager));
            assertTrue(error.getMessage().contains("1602 pieces"), error.getMessage());
        }
    }

    @Test
    void sizesThatDoNotFitAreRefused() {
        assertThrows(IllegalArgumentException.class, () -> new EvfSamConfig.Fusion(25, 8, 1602, 40, 16, 2, 2, 32));
        assertThrows(IllegalArgumentException.class, () -> new EvfSamConfig.Fusion(24, 8, 1602, 4, 16, 2, 2, 32));
        assertThrows(
                IllegalArgumentException.class,
                () -> new EvfSamConfig.Sam(64, 8, 20, 3, 3, 3, List.of(1), 32, 2, 2, 24));
        assertThrows(
                IllegalArgumentException.class,
                () -> new EvfSamConfig.Sam(64, 8, 20, 3, 2, 0, List.of(1), 32, 2, 2, 24));
    }
}
