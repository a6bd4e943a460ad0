package org.sola.tensor;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * What large matrix products are computed in. Arrays are float32 before and after, as are parameters, gradients, sums,
 * normalisations and softmax; so nothing can overflow that does not in float32, and losses need no scaling: bfloat16 has
 * float32's exponent. float16, which has not, is not among them.
 */
public enum Precision {
    FLOAT32 {
        @Override
        public NDArray linear(NDArray x, NDArray weight, NDArray bias) {
            return ai.djl.nn.core.Linear.linear(x, weight, bias).singletonOrThrow();
        }

        @Override
        public NDArray matMul(NDArray a, NDArray b) {
            return a.matMul(b);
        }

        @Override
        public NDArray standardisedConv1d(NDArray x, NDArray weight, NDArray bias, int stride, int padding) {
            return Kernels.standardisedConv1d(x, weight, bias, stride, padding);
        }

        @Override
        public NDArray attention(NDArray q, NDArray k, NDArray v) {
            return Kernels.scaledDotProductAttention(q, k, v);
        }
    },
    /** Eight bits of precision: what enters a product is rounded, what leaves it too; sums inside are of float32. */
    BFLOAT16 {
        @Override
        public NDArray linear(NDArray x, NDArray weight, NDArray bias) {
            return Kernels.linearBfloat16(x, weight, bias);
        }

        @Override
        public NDArray matMul(NDArray a, NDArray b) {
            return Kernels.matMulBfloat16(a, b);
        }

        @Override
        public NDArray standardisedConv1d(NDArray x, NDArray weight, NDArray bias, int stride, int padding) {
            return Kernels.standardisedConv1dBfloat16(x, weight, bias, stride, padding);
        }

        @Override
        public NDArray attention(NDArray q, NDArray k, NDArray v) {
            return Bfloat16.serves(q, k, v)
                    ? Bfloat16.headAttention(q, k, v)
                    : Kernels.scaledDotProductAttention(q, k, v);
        }
    };

    private static final Path CPU = Path.of("/proc/cpuinfo");
    private static final Set<String> FLAGS = Set.of("avx512_bf16", "amx_bf16", "bf16");

    /** {@code x w' + b} over the last axis: x (.., in), weight (out, in), bias (out). */
    public abstract NDArray linear(NDArray x, NDArray weight, NDArray bias);

    /** Matrix product over the last two axes. */
    public abstract NDArray matMul(NDArray a, NDArray b);

    /** See {@link Kernels#standardisedConv1d}. */
    public abstract NDArray standardisedConv1d(NDArray x, NDArray weight, NDArray bias, int stride, int padding);

    /**
     * Attention of h heads: q (n, h, L, d), k and v (n, h, S, d) to (n, h, L, d). In bfloat16, where nothing wants a
     * gradient, sides and result may be of {@link Bfloat16}'s product type; the result then is good for products only.
     */
    public abstract NDArray attention(NDArray q, NDArray k, NDArray v);

    /** Why a device gains nothing from this precision; empty where it does. */
    public Optional<String> refusal(Device device) {
        return this == FLOAT32 || device.isGpu() ? Optional.empty() : refusalOfCpu(CPU);
    }

    static Optional<String> refusalOfCpu(Path description) {
        if (!Files.isReadable(description)) {
            return Optional.of(
                    "whether this CPU multiplies bfloat16 cannot be told here (" + description + " is not there)");
        }
        try (var lines = Files.lines(description, StandardCharsets.ISO_8859_1)) {
            boolean multiplies = lines.filter(line -> line.startsWith("flags") || line.startsWith("Features"))
                    .limit(1)
                    .flatMap(line -> Stream.of(line.split("\\s+")))
                    .anyMatch(FLAGS::contains);
            return multiplies
                    ? Optional.empty()
                    : Optional.of("this CPU has no instructions for bfloat16 (avx512_bf16, amx_bf16 or, on ARM, bf16),"
                            + " so it would be slower than float32");
        } catch (IOException e) {
            return Optional.of(description + " cannot be read: " + e.getMessage());
        }
    }
}
