package org.sola.tensor;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import ai.djl.engine.Engine;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.NDScope;
import ai.djl.ndarray.types.Shape;
import org.junit.jupiter.api.Test;

class ScalarTest {
    @Test
    void theFactorOfAGradientOutlivesACollection() throws Exception {
        try (var manager = NDManager.newBaseManager()) {
            var x = EngineMemory.of(manager, new float[] {1, 2, 3}, new Shape(3));
            x.setRequiresGradient(true);
            try (var collector = Engine.getInstance().newGradientCollector()) {
                var y = x.mul(Scalar.of(3)).sum();
                assertFalse(FreedMemory.overwrite().isEmpty());
                collector.backward(y);
            }
            assertArrayEquals(new float[] {3, 3, 3}, x.getGradient().toFloatArray());
        }
    }

    @Test
    void rowsTakenKnowWhereTheyCameFromAfterACollection() throws Exception {
        try (var manager = NDManager.newBaseManager()) {
            var x = EngineMemory.of(manager, new float[] {1, 2, 3, 4}, new Shape(4, 1));
            x.setRequiresGradient(true);
            try (var collector = Engine.getInstance().newGradientCollector()) {
                var y = Kernels.takeRows(x, 3, 1).sum();
                assertFalse(FreedMemory.overwrite().isEmpty());
                collector.backward(y);
            }
            assertArrayEquals(new float[] {0, 1, 0, 1}, x.getGradient().toFloatArray());
        }
    }

    @Test
    void aScopeDoesNotCloseIt() {
        try (var scope = new NDScope()) {
            scope.suppressNotUsedWarning();
            Scalar.of(0.7);
        }
        assertEquals(0.7f, Scalar.of(0.7).getFloat());
    }
}
