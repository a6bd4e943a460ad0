package org.sola.tensor;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Activation;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

/** oneDNN's operators against the engine's plain ones. */
class OneDnnTest {
    private static NDArray random(NDManager manager, String name, long... shape) {
        var dimensions = new Shape(shape);
        return EngineMemory.of(manager, FormulaWeights.values(name, (int) dimensions.size(), 7, 0, 1), dimensions);
    }

    private static double largestDifference(NDArray a, NDArray b) {
        assertEquals(a.getShape(), b.getShape());
        return a.sub(b).abs().max().getFloat();
    }

    @Test
    void linearLayersWithTheirActivationAreThoseOfTheEngine() {
        try (var manager = NDManager.newBaseManager()) {
            var x = random(manager, "x", 2, 96, 24);
            var weight = random(manager, "w", 40, 24);
            var bias = random(manager, "b", 40);
            Assumptions.assumeTrue(OneDnn.serves(x, weight, bias), "the engine has no oneDNN");
            var plain = ai.djl.nn.core.Linear.linear(x, weight, bias).singletonOrThrow();
            var none = OneDnn.linear(x, weight, bias, OneDnn.Activation.NONE);
            assertTrue(largestDifference(plain, none) < 1e-5);
            var relu = OneDnn.linear(x, weight, bias, OneDnn.Activation.RELU);
            assertTrue(largestDifference(Activation.relu(plain), relu) < 1e-5);
            var gelu = OneDnn.linear(x, weight, bias, OneDnn.Activation.GELU);
            assertTrue(largestDifference(Activation.gelu(plain), gelu) < 1e-5);
            var turned = OneDnn.linear(x.transpose(1, 0, 2), weight, bias, OneDnn.Activation.NONE);
            assertTrue(largestDifference(plain.transpose(1, 0, 2), turned) < 1e-5, "views work as well");
        }
    }

    @Test
    void convolutionsWithWhatFollowsThemAreThoseOfTheEngine() {
        try (var manager = NDManager.newBaseManager()) {
            var rows = random(manager, "x", 2, 9, 12, 5);
            var weight = random(manager, "w", 16, 5, 3, 3);
            var bias = random(manager, "b", 16);
            Assumptions.assumeTrue(OneDnn.serves(rows, weight, bias), "the engine has no oneDNN");
            for (var x : new NDArray[] {rows.transpose(0, 3, 1, 2), Kernels.contiguous(rows.transpose(0, 3, 1, 2))}) {
                for (int stride : new int[] {1, 2}) {
                    var plain = Kernels.conv2d(x, weight, bias, stride, 1, 1);
                    var packed = OneDnn.packed(weight, x, stride, 1);
                    for (var w : new NDArray[] {weight, packed}) {
                        var none = OneDnn.conv2d(x, w, bias, stride, 1, OneDnn.Activation.NONE);
                        assertTrue(largestDifference(plain, none) < 1e-5);
                        var relu = OneDnn.conv2d(x, w, bias, stride, 1, OneDnn.Activation.RELU);
                        assertTrue(largestDifference(Activation.relu(plain), relu) < 1e-5);
                        var onto = OneDnn.conv2dOnto(none.duplicate(), x, w, bias, stride, 1, OneDnn.Activation.NONE);
                        assertTrue(largestDifference(plain.mul(2), onto) < 2e-5);
                        var ontoRelu =
                                OneDnn.conv2dOnto(none.duplicate(), x, w, bias, stride, 1, OneDnn.Activation.RELU);
                        assertTrue(largestDifference(Activation.relu(plain.mul(2)), ontoRelu) < 2e-5);
                    }
                    var larger = random(manager, "larger", 1, 5, 20, 7);
                    assertTrue(largestDifference(
                                    Kernels.conv2d(larger, weight, bias, stride, 1, 1),
                                    OneDnn.conv2d(larger, packed, bias, stride, 1, OneDnn.Activation.NONE))
                            < 1e-5);
                }
            }
        }
    }

    @Test
    void attentionIsThatOfTheEngineInPiecesAndForRowsThatShareTheirQueries() {
        try (var manager = NDManager.newBaseManager()) {
            var q = random(manager, "q", 2, 150, 32); // 64 + 64 + 22 rows when cut
            var k = random(manager, "k", 4, 70_000, 32);
            var v = random(manager, "v", 4, 70_000, 8);
            Assumptions.assumeTrue(OneDnn.serves(q, k, v), "the engine has no oneDNN");
            var plain = Kernels.scaledDotProductAttention(q.repeat(0, 2), k, v);
            assertTrue(largestDifference(plain, OneDnn.attention(q, k, v)) < 1e-5);
        }
    }

    @Test
    void gradientsFlowAlsoThroughWhatIsMadeOfTrainedArrays() {
        try (var manager = NDManager.newBaseManager()) {
            var x = random(manager, "x", 1, 4, 6);
            var weight = random(manager, "w", 5, 6);
            var bias = random(manager, "b", 5);
            Assumptions.assumeTrue(OneDnn.serves(x, weight, bias), "the engine has no oneDNN");
            x.setRequiresGradient(true);
            try (var collector = Engine.getInstance().newGradientCollector()) {
                var doubled = x.mul(Scalar.of(2));
                var y = OneDnn.linear(doubled, weight, bias, OneDnn.Activation.NONE);
                collector.backward(OneDnn.attention(y, y, y).sum());
            }
            assertTrue(x.getGradient().abs().sum().getFloat() > 0);
        }
    }

    @Test
    void otherNumbersThanFloat32AreNotServed() {
        try (var manager = NDManager.newBaseManager()) {
            assertFalse(OneDnn.serves(manager.zeros(new Shape(2), DataType.INT64)));
        }
    }
}
