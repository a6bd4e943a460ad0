package org.sola.groundingdino;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.NDScope;
import ai.djl.ndarray.types.Shape;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sola.tensor.EngineMemory;
import org.sola.tensor.FormulaWeights;
import org.sola.tensor.Safetensors;
import org.sola.tensor.SafetensorsWriter;
import org.sola.tensor.Weights;
import org.sola.tensor.WeightsException;
import org.sola.text.TextModelConfig;
import org.sola.text.TokenizerKind;

/** Against the transformers library's own outputs; {@code scripts/groundingdino_huggingface.py} made the files. */
class HuggingFaceNamesTest {
    private static final Path CASE = Path.of("src/test/resources/groundingdino/huggingface");
    private static final long SEED = 2026;

    private static final GroundingDinoConfig TINY = new GroundingDinoConfig(
            "tiny",
            new GroundingDinoConfig.Swin(16, List.of(2, 2, 2, 2), List.of(2, 2, 4, 4), 7),
            new TextModelConfig("bert-tiny", TokenizerKind.WORD_PIECE, 1100, 64, 2, 32, 2, 2, 64, 1e-12, 0, false, 64),
            64,
            4,
            2,
            2,
            4,
            4,
            64,
            2,
            32,
            2,
            32,
            12,
            64,
            20);

    @TempDir
    Path folder;

    /** The file that the library would have saved: float parameters only, names and shapes of the case. */
    private Path checkpoint(NDManager manager, Set<String> without) throws IOException {
        var writer = new SafetensorsWriter();
        FormulaWeights.read(CASE.resolve("params.tsv")).forEach((name, rule) -> {
            if (!rule.isInteger() && !without.contains(name)) {
                writer.add(name, rule.array(name, SEED, manager));
            }
        });
        var file = folder.resolve("model.safetensors");
        writer.write(file);
        return file;
    }

    @Test
    void aFileOfThatLibraryGivesItsOutputs() throws IOException {
        var expected = Safetensors.open(CASE.resolve("tensors.safetensors"));
        try (var manager = NDManager.newBaseManager("PyTorch");
                var scope = new NDScope()) {
            scope.suppressNotUsedWarning();
            var weights = Weights.open(checkpoint(manager, Set.of()), manager);
            assertTrue(HuggingFaceNames.are(weights));
            var network = GroundingDino.ofCheckpoint(TINY, weights);
            var pixels = EngineMemory.of(
                    manager, FormulaWeights.values("in.image", 3 * 96 * 128, SEED, 0, 2), new Shape(1, 3, 96, 128));
            long[] ids = {101, 5, 6, 1012, 7, 8, 9, 1012, 102};
            try (var image = network.encodeImage(pixels, Observer.NONE);
                    var text = network.encodeText(manager, ids, Observer.NONE);
                    var output = network.detect(image, text, Observer.NONE)) {
                assertArrayEquals(expected.floats("out.logits"), output.logits().toFloatArray(), 2e-3f);
                assertArrayEquals(expected.floats("out.boxes"), output.boxes().toFloatArray(), 1e-4f);
            }
        }
    }

    @Test
    void officialNamesAreNotTakenForThem() {
        try (var manager = NDManager.newBaseManager("PyTorch")) {
            var official = Weights.of("official", Map.of("transformer.tgt_embed.weight", manager.create(0f)));
            assertFalse(HuggingFaceNames.are(official));
        }
    }

    @Test
    void whatIsMissingIsNamedAsTheNetworkAsksForIt() throws IOException {
        try (var manager = NDManager.newBaseManager("PyTorch")) {
            var file = checkpoint(manager, Set.of("model.decoder.layers.1.self_attn.key.weight"));
            var weights = Weights.open(file, manager);
            var refused = assertThrows(WeightsException.class, () -> GroundingDino.ofCheckpoint(TINY, weights));
            assertTrue(
                    refused.getMessage().contains("transformer.decoder.layers.1.self_attn.in_proj_weight"),
                    refused.getMessage());
        }
    }

    @Test
    void copiesOfTheBoxHeadAreOne() {
        var names = HuggingFaceNames.byOfficialName(
                Set.of("model.decoder.bbox_embed.3.layers.0.weight", "bbox_embed.1.layers.0.weight", "extra.weight"));
        assertEquals(Set.of("bbox_embed.0.layers.0.weight", "extra.weight"), names.keySet());
    }
}
