package org.sola.layer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import org.junit.jupiter.api.Test;
import org.sola.tensor.EngineMemory;
import org.sola.tensor.FormulaWeights;
import org.sola.tensor.Weights;

/** The short cuts for few queries or few keys against projecting all sides. B prompts share the maps of F frames. */
class MultiHeadAttentionTest {
    private static final int CHANNELS = 24;
    private static final int INNER = 16;
    private static final int HEADS = 2;

    private static NDArray formula(NDManager manager, String name, long... shape) {
        var dimensions = new Shape(shape);
        return EngineMemory.of(manager, FormulaWeights.values(name, (int) dimensions.size(), 3, 0, 1), dimensions);
    }

    private static void assertSame(NDArray expected, NDArray found) {
        assertEquals(expected.getShape(), found.getShape());
        float difference = expected.sub(found).abs().max().getFloat();
        assertTrue(difference < 1e-5, "they differ by " + difference);
    }

    @Test
    void fewTokensAskAMapAsIfItWereProjected() {
        try (var manager = NDManager.newBaseManager()) {
            var attention = MultiHeadAttention.of(Weights.initialise(5, manager), CHANNELS, INNER, HEADS);
            for (long frames : new long[] {1, 2, 6}) {
                var tokens = formula(manager, "tokens", 6, 5, CHANNELS);
                var map = formula(manager, "map", frames, 40, CHANNELS);
                var values = formula(manager, "values", frames, 40, CHANNELS);
                assertSame(attention.project(tokens, map, values), attention.forward(tokens, map, values));
            }
        }
    }

    @Test
    void aMapAsksFewTokensAsIfItWereProjected() {
        try (var manager = NDManager.newBaseManager()) {
            var attention = MultiHeadAttention.of(Weights.initialise(5, manager), CHANNELS, INNER, HEADS);
            for (long frames : new long[] {1, 2, 6}) {
                var map = formula(manager, "map", frames, 40, CHANNELS);
                var tokens = formula(manager, "tokens", 6, 5, CHANNELS);
                var values = formula(manager, "values", 6, 5, CHANNELS);
                assertSame(attention.project(map, tokens, values), attention.forward(map, tokens, values));
            }
        }
    }

    @Test
    void manyTokensAreProjected() {
        try (var manager = NDManager.newBaseManager()) {
            var attention = MultiHeadAttention.of(Weights.initialise(5, manager), CHANNELS, INNER, HEADS);
            var tokens = formula(manager, "tokens", 2, 30, CHANNELS);
            var map = formula(manager, "map", 2, 40, CHANNELS);
            assertSame(attention.project(tokens, map, map), attention.forward(tokens, map, map));
        }
    }
}
