package org.sola.groundingdino;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

class DetectionRuleTest {
    @Test
    void aQueryCountsByItsLikeliestPieceAndBoxesAreInPixels() {
        try (var manager = NDManager.newBaseManager("PyTorch")) {
            // probabilities 0.5 and 0.1, 0.1 and 0.1, 0.5 and 0.73
            var logits = manager.create(new float[] {0, -2.2f, -2.2f, -2.2f, 0, 1}, new Shape(3, 2));
            var boxes = manager.create(
                    new float[] {0.5f, 0.5f, 1, 0.5f, 0, 0, 1, 1, 0.1f, 0.5f, 0.4f, 0.2f}, new Shape(3, 4));
            var found = DetectionRule.sola().apply(new GroundingDino.Output(logits, boxes), 100, 200);
            assertEquals(List.of(0, 2), found.stream().map(Detection::query).toList());
            assertEquals(List.of(0f, 25f, 200f, 75f), found.get(0).boxXyxy());
            assertEquals(List.of(), found.get(0).phrase(), "the first piece is never a word of the phrase");
            assertEquals(List.of(1), found.get(1).phrase());
            assertEquals(-20f, found.get(1).boxXyxy().get(0), 1e-4f, "boxes are not clipped");
        }
    }

    @Test
    void aThresholdIsAProbability() {
        assertThrows(IllegalArgumentException.class, () -> new DetectionRule(1.2, 0.2));
    }

    @Test
    void theConfigurationsAreRead() {
        var models = Path.of(System.getProperty("sola.home"), "configs/models");
        var tiny = GroundingDinoConfig.read(models.resolve("groundingdino-swint-ogc.yaml"));
        assertEquals(768, tiny.swin().channels(3));
        var base = GroundingDinoConfig.read(models.resolve("groundingdino-swinb-cogcoor.yaml"));
        assertEquals(1024, base.swin().channels(3));
        assertEquals(tiny.text(), base.text());
    }
}
