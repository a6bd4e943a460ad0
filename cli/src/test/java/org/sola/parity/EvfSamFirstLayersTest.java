package org.sola.parity;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

/** The official sizes with a layer of each encoder, while the whole case is among the large ones. */
class EvfSamFirstLayersTest {
    @Test
    void theFirstLayersAndTheDecoderEqualTheReference() throws Exception {
        var folder = Path.of(System.getProperty("parity"), "evfsam/multitask");
        if (!Files.isDirectory(folder)) {
            Assumptions.abort("no case " + folder);
        }
        var parityCase = ParityCase.open(folder);
        var checks = new Checks(parityCase);
        new EvfSamRunner(Path.of(System.getProperty("sola.home"), "configs/models")).runFirstLayers(parityCase, checks);
        assertEquals(
                Set.of(
                        "out.embeddings_0",
                        "out.beit_layer_0",
                        "out.sam_embed",
                        "out.sam_block_0",
                        "out.image_pe",
                        "out.formula_low_res_masks",
                        "out.formula_iou",
                        "out.formula_mask_logits"),
                checks.errors().keySet());
        checks.errors().forEach((tensor, error) -> assertTrue(error <= 1, tensor + ": " + error));
    }
}
