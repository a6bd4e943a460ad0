package org.sola.tensor;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PrecisionTest {
    private static final double EIGHT_BITS = 1.0 / 128; // of the largest value

    @TempDir
    private Path folder;

    private static NDArray formula(NDManager manager, String name, long... shape) {
        var s = new Shape(shape);
        var array = EngineMemory.of(manager, FormulaWeights.values(name, (int) s.size(), 7, 0, 1.5), s);
        array.setRequiresGradient(true);
        return array;
    }

    /** The result and the gradients of the inputs. */
    private static List<float[]> pass(Function<NDArray[], NDArray> operation, long[]... shapes) {
        try (var manager = NDManager.newBaseManager()) {
            var inputs = new NDArray[shapes.length];
            for (int i = 0; i < shapes.length; i++) {
                inputs[i] = formula(manager, "input" + i, shapes[i]);
            }
            var found = new ArrayList<float[]>();
            try (var collector = Engine.getInstance().newGradientCollector()) {
                var result = operation.apply(inputs);
                found.add(result.toFloatArray());
                collector.backward(result.mul(
                                formula(manager, "upstream", result.getShape().getShape()))
                        .sum());
            }
            for (var input : inputs) {
                found.add(input.getGradient().toFloatArray());
            }
            return found;
        }
    }

    private static void compare(Function<Precision, Function<NDArray[], NDArray>> operation, long[]... shapes) {
        var exact = pass(operation.apply(Precision.FLOAT32), shapes);
        var rounded = pass(operation.apply(Precision.BFLOAT16), shapes);
        boolean isDifferent = false;
        for (int i = 0; i < exact.size(); i++) {
            double largest = 0;
            double error = 0;
            for (int j = 0; j < exact.get(i).length; j++) {
                largest = Math.max(largest, Math.abs(exact.get(i)[j]));
                error = Math.max(error, Math.abs(exact.get(i)[j] - rounded.get(i)[j]));
            }
            assertTrue(error < EIGHT_BITS * largest, "array " + i + ": " + error + " of " + largest);
            isDifferent |= error > 0;
        }
        assertTrue(isDifferent, "something is rounded");
    }

    @Test
    void bfloat16IsTheSameToEightBitsAndSoAreItsGradients() {
        compare(
                precision -> in -> precision.linear(in[0], in[1], in[2]),
                new long[] {3, 20, 32},
                new long[] {24, 32},
                new long[] {24});
        compare(precision -> in -> precision.matMul(in[0], in[1]), new long[] {2, 9, 32}, new long[] {2, 32, 7});
        compare(
                precision -> in -> precision.standardisedConv1d(in[0], in[1], in[2], 2, 1),
                new long[] {3, 32, 11},
                new long[] {16, 32, 3},
                new long[] {16});
    }

    @Test
    void bfloat16ServesSequencesOfAnyLength() {
        for (long length = 1; length <= 12; length++) {
            for (int stride = 1; stride <= 2; stride++) {
                for (long channels : new long[] {32, 192}) {
                    int step = stride;
                    compare(
                            precision -> in -> precision.standardisedConv1d(in[0], in[1], in[2], step, 1),
                            new long[] {7, channels, length},
                            new long[] {channels, channels, 3},
                            new long[] {channels});
                }
            }
        }
    }

    private String refusal(String cpu) throws IOException {
        var file = folder.resolve("cpuinfo");
        Files.writeString(file, cpu);
        return Precision.refusalOfCpu(file).orElse("");
    }

    @Test
    void aCpuWithoutItsInstructionsIsRefusedWithTheReason() throws IOException {
        assertEquals("", refusal("processor : 0\nflags\t\t: fpu avx512f avx512_bf16 avx512bw\n"));
        assertEquals("", refusal("Features\t: fp asimd i8mm bf16 dgh\n"));
        assertTrue(refusal("flags\t\t: fpu avx512f avx2\n").contains("avx512_bf16"));
        assertTrue(refusal("model name : something\n").contains("no instructions"));
        assertTrue(Precision.refusalOfCpu(folder.resolve("none")).orElse("").contains("cannot be told"));
    }
}
