package org.sola.tensor;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;

/**
 * The tensor operators that DJL's NDArray lacks, reached through a TorchScript archive that this class writes in memory
 * and loads as a DJL model. Gradients flow through every one of them. The result belongs to the manager of the first
 * array.
 *
 * <p>The operators themselves are in {@code kernels.torchscript} beside this class; each method here is the Java face
 * of the method of that name. Numbers that are not tensors (sizes, strides, groups) travel as small cached int64 arrays.
 */
public final class Kernels {
    /** Attention biases computed at once: 64 MiB. */
    private static final long BIASES_AT_ONCE = 1L << 24;

    private static final TorchScriptArchive ARCHIVE = new TorchScriptArchive("kernels.torchscript");

    private static final int GROUP = 16;

    private Kernels() {}

    /** softmax(q k' / sqrt(d)) v over the last two axes; q (.., L, d), k (.., S, d), v (.., S, e) to (.., L, e). */
    public static NDArray scaledDotProductAttention(NDArray q, NDArray k, NDArray v) {
        return ARCHIVE.call("scaled_dot_product_attention", q, k, v);
    }

    /**
     * Multi-head attention of few queries to many keys that are not projected: {@code q (W k + b)} is {@code (q W) k} and
     * a number that is the same for all keys, and the average of projected values is the projected average. Costs less
     * than projecting where heads times queries are fewer than inner channels.
     *
     * @param q (B, N, I), projected
     * @param keys (F, S, C), F a divisor of B
     * @param values (F, S, C)
     * @param kWeight (I, C); its bias does not matter
     * @param vWeight (I, C)
     * @param vBias (I)
     * @return (B, N, I)
     */
    public static NDArray fewQueries(
            NDArray q, NDArray keys, NDArray values, NDArray kWeight, NDArray vWeight, NDArray vBias, int heads) {
        return ARCHIVE.call("few_queries", q, keys, values, kWeight, vWeight, vBias, ARCHIVE.numbers(heads));
    }

    /**
     * The reverse: many queries that are not projected to few keys, and the result projected before it is averaged.
     *
     * @param queries (F, L, C), F a divisor of B
     * @param k (B, N, I), projected
     * @param v (B, N, I), projected
     * @param qWeight (I, C)
     * @param qBias (I)
     * @param outWeight (C, I)
     * @param outBias (C)
     * @return (B, L, C)
     */
    public static NDArray fewKeys(
            NDArray queries,
            NDArray k,
            NDArray v,
            NDArray qWeight,
            NDArray qBias,
            NDArray outWeight,
            NDArray outBias,
            int heads) {
        return ARCHIVE.call("few_keys", queries, k, v, qWeight, qBias, outWeight, outBias, ARCHIVE.numbers(heads));
    }

    /** As {@link #scaledDotProductAttention}, each probability set to 0 with chance {@code dropout} and the rest scaled up. */
    public static NDArray attentionWithDropout(NDArray q, NDArray k, NDArray v, double dropout) {
        return ARCHIVE.call("attention_with_dropout", q, k, v, ARCHIVE.number(dropout));
    }

    /** Attention whose products get {@code mask} added, which broadcasts to (.., L, S): 0 seen, -infinity hidden. */
    public static NDArray maskedAttention(NDArray q, NDArray k, NDArray v, NDArray mask, double dropout) {
        return ARCHIVE.call("masked_attention", q, k, v, mask, ARCHIVE.number(dropout));
    }

    /** softmax(products + mask) over the last axis of (E, L, h, S), each probability dropped with chance {@code dropout}. */
    public static NDArray maskedSoftmax(NDArray products, NDArray mask, double dropout) {
        return ARCHIVE.call("masked_softmax", products, mask, ARCHIVE.number(dropout));
    }

    /**
     * Attention over a map of H x W cells with decomposed relative positions: to the product of a query and a key, scaled
     * by 1 / sqrt(d), the product of the query, not scaled, with the row of each table for how far they are apart is
     * added. One query's products with all positions are never laid out for more maps than 64 MiB hold.
     *
     * @param q (n, H W, d)
     * @param k (n, H W, d)
     * @param v (n, H W, d)
     * @param rows (2 H - 1, d): the query lies H - 1 rows above the key, .., H - 1 rows below it
     * @param columns (2 W - 1, d)
     * @return (n, H W, d)
     */
    public static NDArray relativeAttention(NDArray q, NDArray k, NDArray v, NDArray rows, NDArray columns) {
        long length = q.getShape().get(1);
        long maps = Math.max(1, BIASES_AT_ONCE / (length * length));
        return ARCHIVE.call("relative_attention", q, k, v, rows, columns, ARCHIVE.numbers(maps));
    }

    /** Transposed convolution 2x2 with stride 2: (B, C, H, W), weight (C, D, 2, 2), bias (D) to (B, D, 2H, 2W). */
    public static NDArray convTranspose2d(NDArray x, NDArray weight, NDArray bias) {
        return ARCHIVE.call("conv_transpose2d", x, weight, bias);
    }

    /** Layer normalisation over the channels of (B, C, H, W); more than 16 channels come out last in memory. */
    public static NDArray layerNorm2d(NDArray x, NDArray weight, NDArray bias) {
        return ARCHIVE.call("layer_norm2d", x, weight, bias);
    }

    /** Group normalisation of (B, C, ...) with epsilon 1e-5. */
    public static NDArray groupNorm(NDArray x, int groups, NDArray weight, NDArray bias) {
        return ARCHIVE.call("group_norm", x, ARCHIVE.numbers(groups), weight, bias);
    }

    /** Group normalisation of (B, L, C) over a group's channels and all of L, epsilon 1e-5; nothing is laid out anew. */
    public static NDArray groupNormOfRows(NDArray x, int groups, NDArray weight, NDArray bias) {
        return ARCHIVE.call("group_norm_of_rows", x, ARCHIVE.numbers(groups), weight, bias);
    }

    /**
     * Group normalisation of (B, C, T) whose statistics leave padding out, epsilon 1e-5.
     *
     * @param present (B, 1, T): 1 where something is, 0 where it is padded; the result is 0 there
     */
    public static NDArray maskedGroupNorm(NDArray x, int groups, NDArray weight, NDArray bias, NDArray present) {
        return ARCHIVE.call("masked_group_norm", x, ARCHIVE.numbers(groups), weight, bias, present);
    }

    /**
     * Group normalisation of (B, L, C) over a group's channels and all of L but what is padded, epsilon 1e-5.
     *
     * @param present (B, L): 1 where a row is, 0 where it is padded; the result there means nothing
     */
    public static NDArray maskedGroupNormOfRows(NDArray x, int groups, NDArray weight, NDArray bias, NDArray present) {
        return ARCHIVE.call("masked_group_norm_of_rows", x, ARCHIVE.numbers(groups), weight, bias, present);
    }

    /** Weight standardisation per output channel: (w - mean) / (std + 1e-5), std unbiased. */
    public static NDArray standardise(NDArray weight) {
        return ARCHIVE.call("standardise", weight);
    }

    /** Bilinear resize of (B, C, H, W), half-pixel centres, no antialiasing. */
    public static NDArray bilinear(NDArray x, long height, long width) {
        return ARCHIVE.call("bilinear", x, ARCHIVE.numbers(height, width));
    }

    /** Bilinear resize of (B, C, H, W), half-pixel centres, antialiased when it shrinks. */
    public static NDArray bilinearAntialiased(NDArray x, long height, long width) {
        return ARCHIVE.call("bilinear_aa", x, ARCHIVE.numbers(height, width));
    }

    /** Bicubic resize of (B, C, H, W), a = -0.75, half-pixel centres. */
    public static NDArray bicubic(NDArray x, long height, long width) {
        return ARCHIVE.call("bicubic", x, ARCHIVE.numbers(height, width));
    }

    /** Nearest upsampling of (B, C, H, W) by a factor of two. */
    public static NDArray nearest2x(NDArray x) {
        return ARCHIVE.call("nearest2x", x);
    }

    /** Two-dimensional max pooling 2x2 with stride 2 of (B, C, H, W). */
    public static NDArray maxPool2x2(NDArray x) {
        return ARCHIVE.call("max_pool2x2", x);
    }

    /** Convolution of (B, C, H, W) with a square stride and padding. */
    public static NDArray conv2d(NDArray x, NDArray weight, NDArray bias, int stride, int padding, int groups) {
        return ARCHIVE.call("conv2d", x, weight, bias, ARCHIVE.numbers(stride, padding, groups));
    }

    /** The same without a bias. */
    public static NDArray conv2d(NDArray x, NDArray weight, int stride, int padding, int groups) {
        return ARCHIVE.call("conv2d_no_bias", x, weight, ARCHIVE.numbers(stride, padding, groups));
    }

    /** Convolution of (B, C, T). */
    public static NDArray conv1d(NDArray x, NDArray weight, NDArray bias, int stride, int padding) {
        return ARCHIVE.call("conv1d", x, weight, bias, ARCHIVE.numbers(stride, padding));
    }

    /** Complex numbers, which are good for {@link #rotatePairs} only. */
    public static NDArray complex(NDArray real, NDArray imaginary) {
        return ARCHIVE.call("complex", real, imaginary);
    }

    /**
     * Turns adjacent channel pairs (2i, 2i + 1) of (.., L, C).
     *
     * @param turns complex (L, C / 2), of length 1
     */
    public static NDArray rotatePairs(NDArray x, NDArray turns) {
        return ARCHIVE.call("rotate_pairs", x, turns);
    }

    /**
     * The same in place for all but the last rows of (B, M * L + P, C), L rows at a time.
     *
     * @param untouched P
     */
    public static void rotateFirstPairs(NDArray x, NDArray turns, long untouched) {
        ARCHIVE.call("rotate_first_pairs", x, turns, ARCHIVE.numbers(untouched)).close();
    }

    /**
     * Convolution of (B, C, T) by a standardised weight, see {@link #standardise}: the mean and the deviation of each
     * output channel's weights are taken out of the product, which costs less than making the standardised weight.
     */
    public static NDArray standardisedConv1d(NDArray x, NDArray weight, NDArray bias, int stride, int padding) {
        return ARCHIVE.call("standardised_conv1d", x, weight, bias, ARCHIVE.numbers(stride, padding));
    }

    /** As {@link #standardisedConv1d}; its product is computed in bfloat16, its gradient's products too. */
    static NDArray standardisedConv1dBfloat16(NDArray x, NDArray weight, NDArray bias, int stride, int padding) {
        // one place needs no stride, and with one oneDNN leaves the weights' gradient unwritten
        boolean isOnePlace =
                x.getShape().get(2) + 2L * padding == weight.getShape().get(2);
        var settings = ARCHIVE.numbers(isOnePlace ? 1 : stride, padding);
        return ARCHIVE.call("standardised_conv1d_bfloat16", x, weight, bias, settings);
    }

    /** {@code x w' + b} over the last axis; the product and those of its gradient are computed in bfloat16. */
    static NDArray linearBfloat16(NDArray x, NDArray weight, NDArray bias) {
        return ARCHIVE.call("linear_bfloat16", x, weight, bias);
    }

    /** Matrix product over the last two axes; it and those of its gradient are computed in bfloat16. */
    static NDArray matMulBfloat16(NDArray a, NDArray b) {
        return ARCHIVE.call("matmul_bfloat16", a, b);
    }

    /** Rounds to bfloat16 (nearest even) and back to float32. */
    public static NDArray roundToBfloat16(NDArray x) {
        return ARCHIVE.call("round_to_bfloat16", x);
    }

    /** Mean of (1 - t) softplus(x) + t softplus(-x), each element weighted: binary cross entropy of logits. */
    public static NDArray binaryCrossEntropy(NDArray logits, NDArray targets, NDArray weights) {
        return ARCHIVE.call("binary_cross_entropy", logits, targets, weights);
    }

    /** Zero padding of the last two axes on the right and at the bottom. */
    public static NDArray padRightBottom(NDArray x, long right, long bottom) {
        return ARCHIVE.call("pad_right_bottom", x, ARCHIVE.numbers(right, bottom));
    }

    /** Zero padding of (.., H, W, C) on the right and at the bottom. */
    public static NDArray padMap(NDArray x, long right, long bottom) {
        return ARCHIVE.call("pad_map", x, ARCHIVE.numbers(right, bottom));
    }

    /** Moves (.., H, W, C) down and to the right; what leaves at one side comes in at the other. */
    public static NDArray rollMap(NDArray x, long down, long right) {
        return ARCHIVE.call("roll_map", x, ARCHIVE.numbers(down, right));
    }

    /**
     * Sums of bilinear samples of L maps whose cells are rows, row by row: rows (N, h, c) at {@code places} (Q, h, L, P, 2),
     * x before y, (0, 0) the upper left corner of a map and (1, 1) its lower right one, zero outside, times {@code weights}
     * (Q, h, L, P), to (Q, h * c). Each sum is one bag of weighted rows, so the samples themselves are never laid out.
     *
     * @param maps (3, L): width, height and first row of each; N * h below 2^24
     */
    public static NDArray sampleRows(NDArray rows, NDArray places, NDArray weights, NDArray maps) {
        return ARCHIVE.call("sample_rows", rows, places, weights, maps);
    }

    /**
     * The {@code count} largest of each row, in no order: (R, N) to values (R, count) and int64 places (R, count). Only
     * groups of 16 numbers whose largest is among the {@code count} largest of all groups are looked into.
     */
    public static NDList largest(NDArray x, int count) {
        return ARCHIVE.callForAll("largest", x, ARCHIVE.numbers(count, GROUP));
    }

    /**
     * Sums of a few rows each: rows (N, C) of these indices (Q, k), int64, times weights (Q, k), to (Q, C). The rows are
     * never laid out one by one.
     */
    public static NDArray weightedRows(NDArray rows, NDArray index, NDArray weights) {
        return ARCHIVE.call("weighted_rows", rows, index, weights);
    }

    /** For each of {@code size} places the sum of the weights whose index, int64, names it; both of any shape. */
    public static NDArray sumsAt(NDArray index, NDArray weights, long size) {
        return ARCHIVE.call("sums_at", index, weights, ARCHIVE.numbers(size));
    }

    /** The rows (first axis) of these indices, in that order. */
    public static NDArray takeRows(NDArray x, long... rows) {
        try (var index = EngineMemory.of(x.getManager(), rows)) {
            return ARCHIVE.call("take_rows", x, index);
        }
    }

    /** The same values laid out row by row; no copy when they already are. */
    public static NDArray contiguous(NDArray x) {
        return ARCHIVE.call("contiguous", x);
    }

    /**
     * One AdamW step over all parameters in place, after scaling the gradients down to a global norm; gradients are
     * cleared and the moving averages of the parameters follow. Gradients that are not finite change nothing. All lists
     * have the same order and length.
     *
     * @param state per parameter: mean, square, step count (a scalar each) and moving average
     * @param settings learning rate, beta1, beta2, epsilon, weight decay, largest norm, decay of the moving average
     * @return the gradients' global L2 norm before scaling
     */
    public static NDArray adamwStep(NDList parameters, NDList gradients, OptimiserState state, double... settings) {
        var list = new NDList();
        addAll(list, "parameters[]", parameters);
        addAll(list, "gradients[]", gradients);
        addAll(list, "means[]", state.means());
        addAll(list, "squares[]", state.squares());
        addAll(list, "steps[]", state.steps());
        addAll(list, "averages[]", state.averages());
        try (var numbers = parameters.get(0).getManager().create(settings)) {
            list.add(numbers);
            return ARCHIVE.callNamed("adamw_step", list);
        }
    }

    /** What the optimiser remembers of each parameter, in the parameters' order. */
    public record OptimiserState(NDList means, NDList squares, NDList steps, NDList averages) {}

    /** DJL makes a list argument of the arrays that share a name ending in brackets. */
    private static void addAll(NDList list, String name, NDList arrays) {
        for (var array : arrays) {
            array.setName(name);
            list.add(array);
        }
    }
}
