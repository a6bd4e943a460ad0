package org.sola.text;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.ndarray.NDManager;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.sola.tensor.ElementType;
import org.sola.tensor.Safetensors;
import org.sola.tensor.TorchFileWriter;
import org.sola.tensor.TorchFileWriter.StoredView;
import org.sola.tensor.WeightsException;

class TransformerTextEncoderTest {
    private static final List<String> TEXTS =
            List.of("the dog", "the small red car that left the dogs.", "dog", "the red dogs", "red car", "the dog");

    @TempDir
    private Path folder;

    private NDManager manager;

    @BeforeEach
    void open() {
        manager = NDManager.newBaseManager("PyTorch");
    }

    @AfterEach
    void close() {
        manager.close();
    }

    private TransformerTextEncoder encoder(boolean positionsSkipPadding) throws IOException {
        var published = TinyTextModel.publish(folder.resolve("tiny"), 5);
        return TransformerTextEncoder.open(TinyTextModel.config(positionsSkipPadding), published, manager);
    }

    static float[] rows(TextTokens tokens) {
        var rows = new float[tokens.words() * tokens.dimension()];
        tokens.copyTo(rows, 0);
        return rows;
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aBatchGivesTheRowsOfEachAlone(boolean positionsSkipPadding) throws IOException {
        try (var together = encoder(positionsSkipPadding);
                var alone = encoder(positionsSkipPadding)) {
            var batch = together.encodeAll(TEXTS);
            assertEquals(TEXTS, batch.stream().map(TextTokens::expression).toList());
            for (var tokens : batch) {
                var one = alone.encode(tokens.expression());
                assertEquals(one.pieces(), tokens.pieces());
                assertArrayEquals(rows(one), rows(tokens), 1e-5f, tokens.expression());
            }
            assertSame(batch.get(0), batch.get(5));
        }
    }

    @Test
    void positionsOfRobertaCountFromThePieceAfterThePadding() {
        var config = new TextModelConfig("r", TokenizerKind.BYTE_LEVEL_PAIRS, 9, 9, 1, 4, 1, 1, 4, 1e-5, 1, true, 7);
        var encoder = TransformerEncoder.of(config, org.sola.tensor.Weights.initialise(1, manager));
        assertArrayEquals(
                new long[][] {{2, 3, 4, 1}, {2, 3, 1, 1}},
                encoder.positions(new long[][] {{0, 5, 2, 1}, {0, 2, 1, 1}}));
    }

    @Test
    void aFileWithThePrefixAndTheOldNamesIsTheSameModel() throws IOException {
        var plain = TinyTextModel.publish(folder.resolve("plain"), 5);
        var old = TinyTextModel.publish(
                folder.resolve("old"),
                5,
                name -> "bert."
                        + name.replace("LayerNorm.weight", "LayerNorm.gamma")
                                .replace("LayerNorm.bias", "LayerNorm.beta"));
        var config = TinyTextModel.config(false);
        try (var a = TransformerTextEncoder.open(config, plain, manager);
                var b = TransformerTextEncoder.open(config, old, manager)) {
            assertArrayEquals(rows(a.encode("the dogs")), rows(b.encode("the dogs")));
            assertNotEquals(a.fingerprint(), b.fingerprint());
        }
    }

    @Test
    void theOlderFileOfTorchIsReadWhereThereIsNoSafetensors() throws IOException {
        var plain = TinyTextModel.publish(folder.resolve("plain"), 5);
        var older = TinyTextModel.publish(folder.resolve("older"), 5);
        var stored = Safetensors.open(older.resolve("model.safetensors"));
        var torch = new TorchFileWriter().dictionary();
        for (var entry : stored.tensors().entrySet()) {
            var shape = entry.getValue().shape();
            var strides = new ArrayList<Long>();
            long stride = 1;
            for (int i = shape.size() - 1; i >= 0; stride *= shape.get(i), i--) {
                strides.add(0, stride);
            }
            var bytes = new byte[(int) entry.getValue().bytes()];
            stored.bytes(entry.getKey()).get(bytes);
            String key = Integer.toString(entry.getKey().hashCode());
            torch.storage(key, ElementType.FLOAT32, bytes)
                    .tensor(entry.getKey(), StoredView.floats(key, stride, 0, shape, strides), false);
        }
        Files.delete(older.resolve("model.safetensors"));
        Files.write(older.resolve("pytorch_model.bin"), torch.endDictionary().zip());
        var config = TinyTextModel.config(false);
        try (var a = TransformerTextEncoder.open(config, plain, manager);
                var b = TransformerTextEncoder.open(config, older, manager)) {
            assertArrayEquals(rows(a.encode("the dogs")), rows(b.encode("the dogs")));
        }
    }

    @Test
    void aLongExpressionLosesItsEndAndSaysSo() throws IOException {
        try (var encoder = encoder(false)) {
            var tokens = encoder.encode("the dog ".repeat(5000)); // 10,000 words
            assertTrue(tokens.truncated());
            assertEquals(16, tokens.words());
            assertEquals("[SEP]", tokens.pieces().get(15));
        }
    }

    @Test
    void unknownCharactersBecomeTheUnknownPiece() throws IOException {
        try (var encoder = encoder(false)) {
            assertEquals(
                    List.of("[CLS]", "the", "[UNK]", "dog", "[SEP]"),
                    encoder.encode("the 東 dog").pieces());
        }
    }

    @Test
    void missingFilesAreNamed() throws IOException {
        var config = TinyTextModel.config(false);
        var published = TinyTextModel.publish(folder.resolve("tiny"), 5);
        Files.delete(published.resolve("vocab.txt"));
        var e = assertThrows(IOException.class, () -> TransformerTextEncoder.open(config, published, manager));
        assertTrue(e.getMessage().contains("tokenizer.json") && e.getMessage().contains("vocab.txt"), e.getMessage());
        Files.delete(published.resolve("model.safetensors"));
        e = assertThrows(IOException.class, () -> TransformerTextEncoder.open(config, published, manager));
        assertTrue(e.getMessage().contains("model.safetensors"), e.getMessage());
    }

    @Test
    void theTokenizerOfAnotherModelIsRefused() throws IOException {
        var published = TinyTextModel.publish(folder.resolve("tiny"), 5);
        var more = new ArrayList<>(TinyTextModel.PIECES);
        more.add("bird");
        Files.write(published.resolve("vocab.txt"), more);
        try (var encoder = TransformerTextEncoder.open(TinyTextModel.config(false), published, manager)) {
            var e = assertThrows(IllegalArgumentException.class, () -> encoder.encode("the bird"));
            assertTrue(e.getMessage().contains("another model"), e.getMessage());
        }
    }

    @Test
    void aVocabularyWithoutTheSpecialPiecesIsRefused() throws IOException {
        var published = TinyTextModel.publish(folder.resolve("tiny"), 5);
        Files.write(published.resolve("vocab.txt"), List.of("the", "dog"));
        var e = assertThrows(
                IOException.class, () -> TransformerTextEncoder.open(TinyTextModel.config(false), published, manager));
        assertTrue(e.getMessage().contains("[PAD]"), e.getMessage());
    }

    @Test
    void weightsOfAnotherModelAreRefused() throws IOException {
        var published = TinyTextModel.publish(folder.resolve("tiny"), 5, name -> name.replace("layer.2", "layer.7"));
        assertThrows(
                WeightsException.class,
                () -> TransformerTextEncoder.open(TinyTextModel.config(false), published, manager));
    }

    @Test
    void theShippedConfigurationIsTheBuiltInOne() {
        var models = Path.of(System.getProperty("sola.home"), "configs/models");
        assertEquals(TextModelConfig.miniLm(), TextModelConfig.read(models.resolve("all-minilm-l6-v2.yaml")));
        assertEquals(
                1024, TextModelConfig.read(models.resolve("roberta-large.yaml")).width());
        assertEquals(768, TextModelConfig.read(models.resolve("bert-base.yaml")).width());
    }
}
