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
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sola.layer.Observer;
import org.sola.tensor.EngineMemory;
import org.sola.tensor.FormulaWeights;
import org.sola.tensor.Safetensors;
import org.sola.tensor.Weights;
import org.sola.tensor.WeightsException;

/** Against the transformers library's own outputs; {@code scripts/groundingdino_huggingface.py} made the files. */
class HuggingFaceNamesTest {
    private static final Path CASE = TinyGroundingDino.CASE;

    @TempDir
    Path folder;

    @Test
    void aFileOfThatLibraryGivesItsOutputs() throws IOException {
        var expected = Safetensors.open(CASE.resolve("tensors.safetensors"));
        try (var manager = NDManager.newBaseManager("PyTorch");
                var scope = new NDScope()) {
            scope.suppressNotUsedWarning();
            var weights = Weights.open(TinyGroundingDino.checkpoint(folder, manager, Set.of()), manager);
            assertTrue(HuggingFaceNames.are(weights));
            var network = GroundingDino.ofCheckpoint(TinyGroundingDino.CONFIG, weights);
            var pixels = EngineMemory.of(
                    manager,
                    FormulaWeights.values("in.image", 3 * 96 * 128, TinyGroundingDino.SEED, 0, 2),
                    new Shape(1, 3, 96, 128));
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
            var file = TinyGroundingDino.checkpoint(
                    folder, manager, Set.of("model.decoder.layers.1.self_attn.key.weight"));
            var weights = Weights.open(file, manager);
            var refused = assertThrows(
                    WeightsException.class, () -> GroundingDino.ofCheckpoint(TinyGroundingDino.CONFIG, weights));
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
