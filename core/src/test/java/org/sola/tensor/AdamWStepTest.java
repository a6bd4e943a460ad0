package org.sola.tensor;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import ai.djl.engine.Engine;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import org.junit.jupiter.api.Test;

class AdamWStepTest {
    @Test
    void oneStepMovesByTheLearningRateAgainstTheGradientAndDecays() {
        try (var manager = NDManager.newBaseManager()) {
            var w = manager.create(new float[] {1f, -2f});
            w.setRequiresGradient(true);
            try (var collector = Engine.getInstance().newGradientCollector()) {
                collector.backward(
                        w.mul(manager.create(new float[] {30f, -40f})).sum());
            }
            var gradient = w.getGradient();
            var average = manager.create(new float[] {1f, -2f});
            var state = new Kernels.OptimiserState(
                    new NDList(manager.zeros(new Shape(2))),
                    new NDList(manager.zeros(new Shape(2))),
                    new NDList(manager.zeros(new Shape())),
                    new NDList(average));
            var norm = Kernels.adamwStep(
                    new NDList(w), new NDList(gradient), state, 0.1, 0.9, 0.999, 1e-8, 0.01, 1.0, 0.9);
            assertEquals(50f, norm.getFloat(), 1e-4);
            // decay first: w * (1 - 0.1 * 0.01); then the first step is lr * sign(gradient)
            assertArrayEquals(new float[] {0.999f - 0.1f, -1.998f + 0.1f}, w.toFloatArray(), 1e-5f);
            assertArrayEquals(new float[] {0.9899f, -1.9898f + 0f}, average.toFloatArray(), 1e-3f);
            assertArrayEquals(new float[2], w.getGradient().toFloatArray());
        }
    }

    @Test
    void gradientsThatAreNotFiniteChangeNothing() {
        try (var manager = NDManager.newBaseManager()) {
            var w = manager.create(new float[] {1f, -2f});
            w.setRequiresGradient(true);
            try (var collector = Engine.getInstance().newGradientCollector()) {
                collector.backward(
                        w.mul(manager.create(new float[] {Float.NaN, 1f})).sum());
            }
            var state = new Kernels.OptimiserState(
                    new NDList(manager.zeros(new Shape(2))),
                    new NDList(manager.zeros(new Shape(2))),
                    new NDList(manager.zeros(new Shape())),
                    new NDList(manager.zeros(new Shape(2))));
            var norm = Kernels.adamwStep(
                    new NDList(w), new NDList(w.getGradient()), state, 0.1, 0.9, 0.999, 1e-8, 0.01, 1.0, 0.9);
            assertEquals(Float.NaN, norm.getFloat());
            assertArrayEquals(new float[] {1f, -2f}, w.toFloatArray());
            assertArrayEquals(new float[2], w.getGradient().toFloatArray());
            assertArrayEquals(new float[2], state.means().get(0).toFloatArray());
        }
    }
}
