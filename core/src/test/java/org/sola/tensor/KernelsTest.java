package org.sola.tensor;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

class KernelsTest {
    private static NDArray formula(NDManager manager, String name, long... shape) {
        var s = new Shape(shape);
        return manager.create(FormulaWeights.values(name, (int) s.size(), 7, 0, 1), s);
    }

    @Test
    void attentionAveragesValuesBySoftmaxOfProducts() {
        try (var manager = NDManager.newBaseManager()) {
            var q = formula(manager, "q", 2, 3, 8);
            var k = formula(manager, "k", 2, 5, 8);
            var v = formula(manager, "v", 2, 5, 8);
            var expected =
                    q.matMul(k.transpose(0, 2, 1)).div(Math.sqrt(8)).softmax(-1).matMul(v);
            assertArrayEquals(
                    expected.toFloatArray(),
                    Kernels.scaledDotProductAttention(q, k, v).toFloatArray(),
                    1e-6f);
        }
    }

    @Test
    void maskedAttentionDoesNotSeeHiddenKeys() {
        try (var manager = NDManager.newBaseManager()) {
            var q = formula(manager, "q", 1, 2, 3, 8);
            var k = formula(manager, "k", 1, 2, 5, 8);
            var mask = manager.create(
                    new float[] {0, 0, 0, Float.NEGATIVE_INFINITY, Float.NEGATIVE_INFINITY}, new Shape(1, 1, 1, 5));
            var seen = k.get(":, :, 0:3");
            assertArrayEquals(
                    Kernels.scaledDotProductAttention(q, seen, seen).toFloatArray(),
                    Kernels.maskedAttention(q, k, k, mask, 0).toFloatArray(),
                    1e-6f);
        }
    }

    @Test
    void relativeAttentionAddsTheQuerysProductsWithBothDistances() {
        try (var manager = NDManager.newBaseManager()) {
            int height = 2;
            int width = 3;
            var q = formula(manager, "q", 2, height * width, 4);
            var k = formula(manager, "k", 2, height * width, 4);
            var v = formula(manager, "v", 2, height * width, 4);
            var rows = formula(manager, "rows", 2 * height - 1, 4);
            var columns = formula(manager, "columns", 2 * width - 1, 4);
            var bias = new float[2 * 6 * 6];
            for (int n = 0; n < 2; n++) {
                for (int i = 0; i < 6; i++) {
                    for (int j = 0; j < 6; j++) {
                        var distance = rows.get(i / width - j / width + height - 1)
                                .add(columns.get(i % width - j % width + width - 1));
                        bias[(n * 6 + i) * 6 + j] =
                                q.get(n, i).mul(distance).sum().getFloat();
                    }
                }
            }
            var expected = q.matMul(k.transpose(0, 2, 1))
                    .div(2)
                    .add(manager.create(bias, new Shape(2, 6, 6)))
                    .softmax(-1)
                    .matMul(v);
            assertArrayEquals(
                    expected.toFloatArray(),
                    Kernels.relativeAttention(q, k, v, rows, columns).toFloatArray(),
                    1e-6f);
        }
    }

    @Test
    void groupNormOfRowsIsGroupNormOfTheTransposed() {
        try (var manager = NDManager.newBaseManager()) {
            var x = formula(manager, "x", 3, 7, 8);
            var weight = formula(manager, "w", 8);
            var bias = formula(manager, "b", 8);
            assertArrayEquals(
                    Kernels.groupNorm(x.transpose(0, 2, 1), 4, weight, bias)
                            .transpose(0, 2, 1)
                            .toFloatArray(),
                    Kernels.groupNormOfRows(x, 4, weight, bias).toFloatArray(),
                    1e-5f);
        }
    }

    @Test
    void standardisedConvolutionEqualsConvolutionByTheStandardisedWeight() {
        try (var manager = NDManager.newBaseManager()) {
            var x = formula(manager, "x", 2, 4, 9);
            var weight = formula(manager, "w", 6, 4, 3);
            var bias = formula(manager, "b", 6);
            for (int stride : new int[] {1, 2}) {
                assertArrayEquals(
                        Kernels.conv1d(x, Kernels.standardise(weight), bias, stride, 1)
                                .toFloatArray(),
                        Kernels.standardisedConv1d(x, weight, bias, stride, 1).toFloatArray(),
                        1e-4f);
            }
        }
    }

    @Test
    void dropoutKeepsAttentionInTheMean() {
        try (var manager = NDManager.newBaseManager()) {
            Engine.getInstance().setRandomSeed(1);
            var q = formula(manager, "q", 2000, 1, 8);
            var k = formula(manager, "k", 1, 5, 8).repeat(0, 2000);
            var plain = Kernels.scaledDotProductAttention(q, k, k);
            var dropped = Kernels.attentionWithDropout(q, k, k, 0.3);
            assertEquals(0, dropped.sub(plain).mean().getFloat(), 5e-3);
            assertEquals(true, dropped.sub(plain).abs().mean().getFloat() > 0.01);
        }
    }

    @Test
    void layerNorm2dNormalisesEveryPixelOverItsChannels() {
        try (var manager = NDManager.newBaseManager()) {
            var x = formula(manager, "x", 1, 16, 2, 2);
            var y = Kernels.layerNorm2d(x, manager.ones(new Shape(16)), manager.full(new Shape(16), 0.5f));
            assertArrayEquals(
                    new float[] {0.5f, 0.5f, 0.5f, 0.5f}, y.mean(new int[] {1}).toFloatArray(), 1e-5f);
        }
    }

    @Test
    void standardisedWeightsHaveMeanZeroAndUnbiasedDeviationOne() {
        try (var manager = NDManager.newBaseManager()) {
            var w = Kernels.standardise(formula(manager, "w", 4, 3, 3)).reshape(4, 9);
            assertArrayEquals(new float[4], w.mean(new int[] {1}).toFloatArray(), 1e-6f);
            assertEquals(8.0, w.get(0).square().sum().getFloat(), 1e-3);
        }
    }

    @Test
    void bfloat16RoundingKeepsEightBitsOfPrecision() {
        try (var manager = NDManager.newBaseManager()) {
            var x = manager.create(new float[] {1f, 1.00390625f, 1.0117188f});
            assertArrayEquals(
                    new float[] {1f, 1f, 1.015625f}, Kernels.roundToBfloat16(x).toFloatArray());
        }
    }

    @Test
    void everyDifferentiableKernelAgreesWithFiniteDifferences() {
        try (var manager = NDManager.newBaseManager()) {
            var w = formula(manager, "w", 4, 4, 3, 3);
            var wt = formula(manager, "wt", 4, 2, 2, 2);
            var bias = formula(manager, "b", 4);
            var two = formula(manager, "b2", 2);
            check(manager, x -> Kernels.conv2d(x, w, bias, 2, 1, 1), 1, 4, 4, 4);
            check(manager, x -> Kernels.convTranspose2d(x, wt, two), 1, 4, 2, 2);
            check(manager, x -> Kernels.layerNorm2d(x, bias, bias), 1, 4, 2, 2);
            check(manager, x -> Kernels.groupNorm(x, 2, bias, bias), 2, 4, 3);
            check(manager, x -> Kernels.groupNormOfRows(x, 2, bias, bias), 2, 3, 4);
            check(manager, Kernels::standardise, 3, 4, 3);
            var sequence = formula(manager, "sequence", 2, 4, 5);
            var three = formula(manager, "b3", 3);
            check(manager, x -> Kernels.standardisedConv1d(sequence, x, three, 2, 1), 3, 4, 3);
            check(manager, x -> Kernels.standardisedConv1d(x, formula(manager, "w3", 3, 4, 3), three, 1, 1), 1, 4, 5);
            check(manager, x -> Kernels.maskedSoftmax(x, formula(manager, "mask", 2, 1, 1, 4), 0), 2, 3, 1, 4);
            check(manager, x -> Kernels.bilinear(x, 5, 5), 1, 2, 3, 3);
            check(manager, x -> Kernels.bilinearAntialiased(x, 2, 2), 1, 2, 5, 5);
            check(manager, x -> Kernels.bicubic(x, 5, 5), 1, 2, 3, 3);
            check(manager, Kernels::nearest2x, 1, 2, 3, 3);
            check(manager, Kernels::maxPool2x2, 1, 2, 4, 4);
            check(manager, x -> Kernels.scaledDotProductAttention(x, x, x), 1, 3, 4);
            var map = formula(manager, "map", 2, 6, 4); // two maps of 2 x 3 cells
            var rows = formula(manager, "rows", 3, 4);
            var columns = formula(manager, "columns", 5, 4);
            check(manager, x -> Kernels.relativeAttention(x, map, x, rows, columns), 2, 6, 4);
            check(manager, x -> Kernels.relativeAttention(map, x, map, rows, columns), 2, 6, 4);
            check(manager, x -> Kernels.relativeAttention(map, map, map, x, columns), 3, 4);
            check(manager, x -> Kernels.relativeAttention(map, map, map, rows, x), 5, 4);
            check(manager, x -> Kernels.conv2d(x, w, 1, 1, 1), 1, 4, 3, 3);
            check(manager, x -> Kernels.padRightBottom(x, 1, 2), 1, 3, 4);
            check(
                    manager,
                    x -> Kernels.rotatePairs(
                            x, Kernels.complex(formula(manager, "c", 3, 2), formula(manager, "s", 3, 2))),
                    2,
                    3,
                    4);
        }
    }

    /** Compares the gradient of sum(f(x) * r) with central differences in every element. */
    private static void check(NDManager manager, UnaryOperator<NDArray> f, long... shape) {
        var x = formula(manager, "x", shape);
        var r = formula(manager, "r", f.apply(x).getShape().getShape());
        x.setRequiresGradient(true);
        float[] gradient;
        try (var collector = Engine.getInstance().newGradientCollector()) {
            collector.backward(f.apply(x).mul(r).sum());
            gradient = x.getGradient().toFloatArray();
        }
        float[] values = x.toFloatArray();
        double step = 1e-2;
        for (int i = 0; i < values.length; i++) {
            double difference = 0;
            for (int sign : new int[] {1, -1}) {
                var moved = values.clone();
                moved[i] += (float) (sign * step);
                difference += sign
                        * f.apply(manager.create(moved, x.getShape()))
                                .mul(r)
                                .sum()
                                .getFloat();
            }
            assertEquals(
                    difference / (2 * step), gradient[i], 2e-2 * Math.max(1, Math.abs(gradient[i])), "element " + i);
        }
    }

    @Test
    void theLargestOfALongRowAreThoseOfAFullSearch() {
        try (var manager = NDManager.newBaseManager()) {
            for (int n : new int[] {5, 31, 100, 992, 1037}) {
                var x = formula(manager, "row" + n, 7, n);
                int count = Math.min(n, 30);
                var found = Kernels.largest(x, count);
                var expected = x.topK(count, 1, true, true);
                assertArrayEquals(
                        expected.get(0).toFloatArray(),
                        found.get(0).sort(1).flip(1).toFloatArray());
                assertArrayEquals(
                        found.get(0).toFloatArray(), x.gather(found.get(1), 1).toFloatArray());
            }
        }
    }

    @Test
    void weightedRowsAreSumsOfTheRowsNamed() {
        try (var manager = NDManager.newBaseManager()) {
            var rows = formula(manager, "rows", 6, 3);
            var index = manager.create(new long[] {5, 0, 2, 2}, new Shape(2, 2));
            var weights = formula(manager, "weights", 2, 2);
            var expected = new float[6];
            for (int q = 0; q < 2; q++) {
                for (int i = 0; i < 2; i++) {
                    for (int c = 0; c < 3; c++) {
                        expected[q * 3 + c] += weights.getFloat(q, i) * rows.getFloat(index.getLong(q, i), c);
                    }
                }
            }
            assertArrayEquals(
                    expected, Kernels.weightedRows(rows, index, weights).toFloatArray(), 1e-6f);
            assertArrayEquals(
                    new float[] {
                        weights.getFloat(0, 1),
                        0,
                        weights.getFloat(1, 0) + weights.getFloat(1, 1),
                        0,
                        0,
                        weights.getFloat(0, 0)
                    },
                    Kernels.sumsAt(index, weights, 6).toFloatArray(),
                    1e-6f);
        }
    }
}
