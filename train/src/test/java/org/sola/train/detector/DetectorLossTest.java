package org.sola.train.detector;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.engine.Engine;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.sola.detector.BoxDetector;
import org.sola.tensor.EngineMemory;
import org.sola.tensor.FreedMemory;

class DetectorLossTest {
    @Test
    void overlapIsAsByHand() {
        try (var manager = NDManager.newBaseManager("PyTorch")) {
            var boxes = manager.create(new float[] {0, 0, 2, 2, 0, 0, 1, 1, 0, 0, 2, 1}, new Shape(3, 4));
            var truth = manager.create(new float[] {1, 0, 3, 2, 2, 0, 3, 1, 0, 0, 2, 1}, new Shape(3, 4));
            var overlap = DetectorLoss.Overlap.of(boxes, truth);
            assertArrayEquals(new float[] {2 / 6f, 0, 1}, overlap.iou().toFloatArray(), 1e-6f);
            // the second pair: two of the three unit squares that enclose both are covered
            assertArrayEquals(
                    new float[] {2 / 6f, -1 / 3f, 1}, overlap.generalised().toFloatArray(), 1e-6f);
        }
    }

    @Test
    void gradientsRaiseTheAnswersScoreAndMoveItsBox() throws InterruptedException {
        try (var manager = NDManager.newBaseManager("PyTorch")) {
            var logits = EngineMemory.of(manager, new float[] {-1, -1}, new Shape(2, 1));
            var boxes = EngineMemory.of(manager, new float[] {0, 0, 4, 4, 8, 0, 12, 4}, new Shape(2, 4));
            logits.setRequiresGradient(true);
            boxes.setRequiresGradient(true);
            var batch = new DetectorBatch(List.of(), 16, new long[] {1}, new float[] {9, 0, 13, 4});
            try (var collector = Engine.getInstance().newGradientCollector()) {
                var result = DetectorLoss.of(new BoxDetector.Output(logits, boxes), batch, 2, manager);
                FreedMemory.overwrite();
                assertEquals(0.6f, result.iou().getFloat(), 1e-6f);
                collector.backward(result.loss());
            }
            float[] score = logits.getGradient().toFloatArray();
            assertTrue(score[0] > 0 && score[1] < 0, "the other cell's score falls, the answer's rises");
            float[] moved = boxes.getGradient().toFloatArray();
            assertArrayEquals(new float[4], java.util.Arrays.copyOf(moved, 4), "only the answer's box matters");
            assertTrue(moved[4] < 0 && moved[6] < 0, "it moves to the right");
        }
    }

    @Test
    void nothingToFindTeachesScoresAlone() {
        try (var manager = NDManager.newBaseManager("PyTorch")) {
            var logits = manager.create(new float[] {0, 0}, new Shape(2, 1));
            var said = new BoxDetector.Output(logits, manager.ones(new Shape(2, 4)));
            var batch = new DetectorBatch(List.of(), 16, new long[0], new float[0]);
            // two cells of probability a half: (1/2)^2 log 2 each
            float loss = DetectorLoss.of(said, batch, 2, manager).loss().getFloat();
            assertEquals(2 * 0.25 * Math.log(2), loss, 1e-6);
        }
    }
}
