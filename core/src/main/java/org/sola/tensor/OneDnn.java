package org.sola.tensor;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.DataType;
import java.util.Optional;

/**
 * The few operators whose oneDNN form is worth having for its own sake on a CPU: a linear layer with its activation in
 * one pass over the result, and an attention of wide keys and narrow values that never writes more weights than a cache
 * holds. Ask {@link #serves} first and do without where it says no, as on a GPU or where the engine was built without
 * oneDNN. Where gradients are wanted, the engine's own operators do the work inside.
 *
 * <p>Side by side on one core of a CPU with AVX-512, oneDNN's products of the shapes that SAM 2 has take 0.7 to 0.95
 * times as long as those of the engine's default library.
 */
public final class OneDnn {
    /** Attention weights computed at once: 16 MiB. */
    private static final long WEIGHTS_AT_ONCE = 1L << 22;

    private static final long FEWEST_ROWS = 64;

    private OneDnn() {}

    /** What follows a linear layer. */
    public enum Activation {
        NONE("linear"),
        RELU("linear_relu"),
        /** The exact one, by the error function. */
        GELU("linear_gelu");

        private final String method;

        Activation(String method) {
            this.method = method;
        }

        String method() {
            return method;
        }
    }

    /** Loaded when first asked for: an engine without oneDNN refuses the archive. */
    private static final class Holder {
        private static final Optional<TorchScriptArchive> ARCHIVE = load();

        private static Optional<TorchScriptArchive> load() {
            try {
                return Optional.of(new TorchScriptArchive("onednn.torchscript"));
            } catch (IllegalStateException e) {
                return Optional.empty();
            }
        }
    }

    /** Whether all of these are float32 on a CPU whose engine has oneDNN. */
    public static boolean serves(NDArray... arrays) {
        for (var array : arrays) {
            if (array.getDevice().isGpu() || array.getDataType() != DataType.FLOAT32) {
                return false;
            }
        }
        return Holder.ARCHIVE.isPresent();
    }

    /** Activation of {@code x w' + b}: x (.., in), weight (out, in), bias (out) to (.., out). */
    public static NDArray linear(NDArray x, NDArray weight, NDArray bias, Activation activation) {
        return archive().call(activation.method, x, weight, bias);
    }

    /**
     * A convolution's weight in the order in which oneDNN wants it for maps of this size; good for {@link #conv2d} only,
     * and for maps of other sizes too, if not as quickly. Without it each call puts the weight in order anew.
     *
     * @param weight (out, in, k, k)
     * @param x of which the shape counts
     */
    public static NDArray packed(NDArray weight, NDArray x, int stride, int padding) {
        var shape = x.getShape();
        return archive()
                .call("packed", weight, archive().numbers(stride, padding, shape.get(0), shape.get(2), shape.get(3)));
    }

    /**
     * A convolution of (B, C, H, W) with what follows it in one pass over the result, which lies in memory as x does. No
     * gradients flow through it.
     *
     * @param weight (out, in, k, k), as it is or {@link #packed}
     * @param bias (out)
     * @param activation none or ReLU
     */
    public static NDArray conv2d(
            NDArray x, NDArray weight, NDArray bias, int stride, int padding, Activation activation) {
        String method = activation == Activation.RELU ? "conv2d_relu" : "conv2d";
        return archive().call(method, x, weight, bias, archive().numbers(stride, padding));
    }

    /**
     * Adds a convolution to {@code sum}, which has the result's shape and order in memory, and applies the activation, all
     * in place: one pass over what would be three.
     *
     * @return {@code sum} under another handle
     */
    public static NDArray conv2dOnto(
            NDArray sum, NDArray x, NDArray weight, NDArray bias, int stride, int padding, Activation activation) {
        String method = activation == Activation.RELU ? "conv2d_onto_relu" : "conv2d_onto";
        return archive().call(method, sum, x, weight, bias, archive().numbers(stride, padding));
    }

    /**
     * softmax(q k' / sqrt(C)) v, where values may be narrower than keys.
     *
     * @param q (F, L, C), F a divisor of B: a row serves B / F neighbouring rows of the others
     * @param k (B, S, C)
     * @param v (B, S, D)
     * @return (B, L, D)
     */
    public static NDArray attention(NDArray q, NDArray k, NDArray v) {
        long rows = Math.max(FEWEST_ROWS, WEIGHTS_AT_ONCE / k.getShape().get(1) / FEWEST_ROWS * FEWEST_ROWS);
        return archive().call("attention", q, k, v, archive().numbers(rows));
    }

    private static TorchScriptArchive archive() {
        return Holder.ARCHIVE.orElseThrow(() -> new IllegalStateException("the engine has no oneDNN"));
    }
}
