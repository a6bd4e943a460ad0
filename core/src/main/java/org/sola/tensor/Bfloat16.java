package org.sola.tensor;

import ai.djl.ndarray.NDArray;
import java.util.Optional;
import org.sola.tensor.OneDnn.Activation;

/**
 * Products in bfloat16 by oneDNN on a CPU, for networks that are not trained: no gradients flow through them. Ask {@link
 * #serves} first and do without where it says no.
 *
 * <p>Results of <em>product type</em> are bfloat16, which DJL does not know: their data type reads {@code UNKNOWN}. They
 * may be reshaped, transposed and split, and enter the products here; anything else wants float32, which every method
 * takes as well. Side by side on one core of a CPU with avx512_bf16, a linear layer whose input is float32 takes 0.5 to 0.65
 * times as long as {@link OneDnn}'s, one in product type 0.4 to 0.5; an attention over short maps 0.55 to 0.65 times as
 * long as the engine's own, over long ones 0.5 to 0.75.
 */
public final class Bfloat16 {
    /** Attention weights computed at once: 16 MiB. */
    private static final long WEIGHTS_AT_ONCE = 1L << 23;

    private static final long FEWEST_ROWS = 64;

    /** Keys from which on an attention is done piece by piece. */
    private static final long LONG = 1024;

    /** Rows that a packed matrix is put in order for; it serves other numbers too. */
    private static final long ROWS = 4096;

    private Bfloat16() {}

    /** Loaded when first asked for: an engine without oneDNN refuses the archive. */
    private static final class Holder {
        private static final Optional<TorchScriptArchive> ARCHIVE = load();

        private static Optional<TorchScriptArchive> load() {
            try {
                return Optional.of(new TorchScriptArchive("bfloat16.torchscript"));
            } catch (IllegalStateException e) {
                return Optional.empty();
            }
        }
    }

    /** Whether all of these are on a CPU whose engine has oneDNN, and none of them wants a gradient. */
    public static boolean serves(NDArray... arrays) {
        for (var array : arrays) {
            if (array.getDevice().isGpu() || array.hasGradient()) {
                return false;
            }
        }
        return Holder.ARCHIVE.isPresent();
    }

    /** A matrix (out, in) as {@link #linear} wants it: rounded, in oneDNN's order. */
    public static NDArray packed(NDArray weight) {
        return archive().call("packed", weight, archive().numbers(ROWS));
    }

    /** The same values, rounded to nearest even, of product type. */
    public static NDArray rounded(NDArray x) {
        return archive().call("rounded", x);
    }

    /**
     * Activation of {@code x w' + b} with sums of float32.
     *
     * @param x (.., in), float32 or of product type
     * @param weight (out, in), {@link #packed}
     * @param bias (out), {@link #rounded}
     * @return (.., out), of product type
     */
    public static NDArray linear(NDArray x, NDArray weight, NDArray bias, Activation activation) {
        return archive().call(activation.method(), x, weight, bias);
    }

    /** The same to float32. */
    public static NDArray linearToFloat32(NDArray x, NDArray weight, NDArray bias, Activation activation) {
        return archive().call(activation.method() + "_float32", x, weight, bias);
    }

    /**
     * softmax(q k' / sqrt(C)) v, where values may be narrower than keys; the weights are of bfloat16 too.
     *
     * @param q (F, L, C), F a divisor of B: a row serves B / F neighbouring rows of the others
     * @param k (B, S, C)
     * @param v (B, S, D)
     * @return (B, L, D), of product type
     */
    public static NDArray attention(NDArray q, NDArray k, NDArray v) {
        long rows = Math.max(FEWEST_ROWS, WEIGHTS_AT_ONCE / k.getShape().get(1) / FEWEST_ROWS * FEWEST_ROWS);
        return archive().call("attention", q, k, v, archive().numbers(rows));
    }

    /** Attention of h heads: q (n, h, L, d), k and v (n, h, S, d) to (n, h, L, d), of product type. */
    public static NDArray headAttention(NDArray q, NDArray k, NDArray v) {
        var shape = q.getShape();
        if (k.getShape().get(2) < LONG) {
            return archive().call("short_attention", q, k, v);
        }
        return attention(maps(q), maps(k), maps(v)).reshape(shape);
    }

    private static NDArray maps(NDArray x) {
        var shape = x.getShape();
        return x.reshape(shape.get(0) * shape.get(1), shape.get(2), shape.get(3));
    }

    private static TorchScriptArchive archive() {
        return Holder.ARCHIVE.orElseThrow(() -> new IllegalStateException("the engine has no oneDNN"));
    }
}
