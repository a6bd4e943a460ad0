package org.sola.train.selector;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.sola.tensor.FormulaWeights;
import org.sola.tensor.FreedMemory;

class SelectorLossTest {
    private static NDArray formula(NDManager manager, String name, long... shape) {
        var s = new Shape(shape);
        return manager.create(FormulaWeights.values(name, (int) s.size(), 11, 0, 0.8), s);
    }

    @ParameterizedTest
    @EnumSource(SelectorLoss.Alignment.class)
    void gradientsAgreeWithFiniteDifferences(SelectorLoss.Alignment alignment) throws Exception {
        try (var manager = NDManager.newBaseManager()) {
            var loss = new SelectorLoss(1.5, 0.3, alignment);
            var labels = new NDList(
                    manager.create(new float[] {0, 1, 0, 1, 0, 0}, new Shape(2, 3)), formula(manager, "text", 2, 4));
            var inputs = List.of(
                    formula(manager, "scores", 2, 3),
                    formula(manager, "tokens", 2, 3, 4),
                    formula(manager, "rows", 5, 4));
            inputs.forEach(input -> input.setRequiresGradient(true));
            try (var collector = Engine.getInstance().newGradientCollector()) {
                var value = loss.evaluate(labels, new NDList(inputs));
                assertFalse(FreedMemory.overwrite().isEmpty());
                collector.backward(value);
            }
            double step = 1e-3;
            for (int k = 0; k < 3; k++) {
                float[] gradient = inputs.get(k).getGradient().toFloatArray();
                float[] values = inputs.get(k).toFloatArray();
                for (int i = 0; i < values.length; i++) {
                    double difference = 0;
                    for (int sign : new int[] {1, -1}) {
                        var moved = values.clone();
                        moved[i] += (float) (sign * step);
                        var list = new NDList(inputs);
                        list.set(k, manager.create(moved, inputs.get(k).getShape()));
                        difference += sign * loss.evaluate(labels, list).getFloat();
                    }
                    assertEquals(difference / (2 * step), gradient[i], 2e-3, "input " + k + ", element " + i);
                }
            }
        }
    }
}
