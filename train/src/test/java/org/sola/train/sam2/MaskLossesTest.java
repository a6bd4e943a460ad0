package org.sola.train.sam2;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.sola.tensor.FormulaWeights;

class MaskLossesTest {
    @Test
    void aSureAndRightMaskCostsNothing() {
        try (var manager = NDManager.newBaseManager()) {
            var target = manager.create(new float[] {1, 0, 0, 1}, new Shape(1, 1, 2, 2));
            var logits = target.mul(60f).sub(30f);
            assertEquals(0, MaskLosses.focal(logits, target).getFloat(), 1e-6);
            assertEquals(0, MaskLosses.dice(logits, target).getFloat(), 1e-6);
            assertEquals(1, MaskLosses.iou(logits, target).getFloat());
        }
    }

    @Test
    void focalOfAnUndecidedPixelIsAQuarterOfTheWeightedCrossEntropy() {
        try (var manager = NDManager.newBaseManager()) {
            var logits = manager.zeros(new Shape(1, 1, 1, 2));
            var target = manager.create(new float[] {1, 0}, new Shape(1, 1, 1, 2));
            // ln 2 * 0.5^2 * (0.25 and 0.75), mean of the two pixels
            assertEquals(
                    Math.log(2) * 0.25 * 0.5, MaskLosses.focal(logits, target).getFloat(), 1e-6);
        }
    }

    @Test
    void iouCountsPixelsAboveZeroAgainstPixelsMoreThanHalfCovered() {
        try (var manager = NDManager.newBaseManager()) {
            var logits = manager.create(new float[] {1, 1, -1, -1}, new Shape(1, 1, 2, 2));
            var target = manager.create(new float[] {0.6f, 0.4f, 0.9f, 0}, new Shape(1, 1, 2, 2));
            assertArrayEquals(
                    new float[] {1f / 3}, MaskLosses.iou(logits, target).toFloatArray(), 1e-6f);
        }
    }

    @Test
    void gradientsAgreeWithFiniteDifferences() {
        try (var manager = NDManager.newBaseManager()) {
            var target = manager.create(FormulaWeights.values("t", 16, 1, 0.5, 0.5), new Shape(1, 1, 4, 4));
            check(manager, x -> MaskLosses.focal(x, target));
            check(manager, x -> MaskLosses.dice(x, target));
        }
    }

    private static void check(NDManager manager, UnaryOperator<NDArray> loss) {
        var shape = new Shape(1, 2, 4, 4);
        float[] values = FormulaWeights.values("x", 32, 3, 0, 2);
        var x = manager.create(values, shape);
        x.setRequiresGradient(true);
        float[] gradient;
        try (var collector = Engine.getInstance().newGradientCollector()) {
            collector.backward(loss.apply(x).sum());
            gradient = x.getGradient().toFloatArray();
        }
        for (int i = 0; i < values.length; i++) {
            double difference = 0;
            for (int sign : new int[] {1, -1}) {
                var moved = values.clone();
                moved[i] += sign * 0.02f;
                difference +=
                        sign * loss.apply(manager.create(moved, shape)).sum().getFloat() / 0.04;
            }
            assertEquals(difference, gradient[i], 2e-4, "element " + i);
        }
    }
}
