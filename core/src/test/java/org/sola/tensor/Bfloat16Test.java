package org.sola.tensor;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.sola.tensor.OneDnn.Activation;

class Bfloat16Test {
    private static final double EIGHT_BITS = 1.0 / 128; // of the largest value

    @BeforeEach
    void thisCpuHasIt() {
        Precision.BFLOAT16.refusal(Device.cpu()).ifPresent(why -> Assumptions.abort(why));
    }

    private static NDArray formula(NDManager manager, String name, long... shape) {
        var s = new Shape(shape);
        return EngineMemory.of(manager, FormulaWeights.values(name, (int) s.size(), 5, 0, 1.2), s);
    }

    private static void compare(NDArray expected, NDArray found) {
        assertEquals(DataType.FLOAT32, found.getDataType());
        assertEquals(expected.getShape(), found.getShape());
        double largest = expected.abs().max().getFloat();
        double error = expected.sub(found).abs().max().getFloat();
        assertTrue(error < EIGHT_BITS * largest, error + " of " + largest);
        assertTrue(error > 0, "something is rounded");
    }

    /** Out of product type by a product with the identity, which changes nothing. */
    private static NDArray toFloat32(NDArray x) {
        long c = x.getShape().get(x.getShape().dimension() - 1);
        var manager = x.getManager();
        var identity = Bfloat16.packed(manager.eye((int) c));
        return Bfloat16.linearToFloat32(x, identity, Bfloat16.rounded(manager.zeros(new Shape(c))), Activation.NONE);
    }

    @Test
    void aPackedLinearLayerEqualsThatOfFloat32ToEightBits() {
        try (var manager = NDManager.newBaseManager("PyTorch")) {
            var weight = formula(manager, "w", 48, 40);
            var bias = formula(manager, "b", 48);
            var packed = Bfloat16.packed(weight);
            var rounded = Bfloat16.rounded(bias);
            for (long rows : new long[] {1, 7, 300}) {
                var x = formula(manager, "x", 2, rows, 40);
                for (var activation : Activation.values()) {
                    var expected = OneDnn.linear(x, weight, bias, activation);
                    compare(expected, Bfloat16.linearToFloat32(x, packed, rounded, activation));
                    compare(expected, toFloat32(Bfloat16.linear(Bfloat16.rounded(x), packed, rounded, activation)));
                }
            }
        }
    }

    @Test
    void attentionOfShortAndOfLongMapsEqualsThatOfFloat32ToEightBits() {
        try (var manager = NDManager.newBaseManager("PyTorch")) {
            for (long keys : new long[] {49, 2000}) {
                var q = formula(manager, "q", 3, 2, 130, 24);
                var k = formula(manager, "k", 3, 2, keys, 24);
                var v = formula(manager, "v", 3, 2, keys, 24);
                compare(Kernels.scaledDotProductAttention(q, k, v), toFloat32(Bfloat16.headAttention(q, k, v)));
            }
        }
    }

    @Test
    void objectsShareQueriesAndValuesMayBeNarrow() {
        try (var manager = NDManager.newBaseManager("PyTorch")) {
            var q = formula(manager, "q", 2, 70, 32);
            var k = formula(manager, "k", 4, 500, 32);
            var v = formula(manager, "v", 4, 500, 8);
            compare(OneDnn.attention(q, k, v), toFloat32(Bfloat16.attention(q, k, v)));
        }
    }

    @Test
    void whatWantsAGradientIsNotServed() {
        try (var manager = NDManager.newBaseManager("PyTorch")) {
            var x = formula(manager, "x", 4, 4);
            assertTrue(Bfloat16.serves(x));
            x.setRequiresGradient(true);
            assertFalse(Bfloat16.serves(x));
        }
    }
}
