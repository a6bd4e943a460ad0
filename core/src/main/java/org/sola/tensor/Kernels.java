package org.sola.tensor;

import ai.djl.Model;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.engine.PtSymbolBlock;
import ai.djl.pytorch.jni.IValueUtils;
import ai.djl.pytorch.jni.JniUtils;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/**
 * The tensor operators that DJL's NDArray lacks, reached through a TorchScript archive that this class writes in memory
 * and loads as a DJL model. Gradients flow through every one of them. The result belongs to the manager of the first
 * array.
 *
 * <p>The operators themselves are in {@code kernels.torchscript} beside this class; each method here is the Java face
 * of the method of that name. Numbers that are not tensors (sizes, strides, groups) travel as small cached int64 arrays.
 */
public final class Kernels {
    private static final Kernels INSTANCE = new Kernels();

    /**
     * Graphs are run as they are written, a setting of each thread: the optimiser rewrites a graph after its first calls,
     * which changes the last bits, so that a resumed training would not equal an unbroken one.
     */
    private static final ThreadLocal<Boolean> UNOPTIMISED = ThreadLocal.withInitial(() -> {
        JniUtils.setGraphExecutorOptimize(false);
        return true;
    });

    private final NDManager manager = NDManager.newBaseManager("PyTorch");
    private final Model model; // held: a model that is collected releases its block
    private final PtSymbolBlock block;
    private final Map<String, NDArray> methods = new ConcurrentHashMap<>();
    private final Map<java.util.List<Long>, NDArray> numbers = new ConcurrentHashMap<>();
    private final Map<Double, NDArray> fractions = new ConcurrentHashMap<>();

    @SuppressWarnings("resource") // lives as long as the process
    private Kernels() {
        try {
            model = Model.newInstance("kernels", "PyTorch");
            model.load(new ByteArrayInputStream(archive()));
            block = (PtSymbolBlock) model.getBlock();
        } catch (IOException | ai.djl.MalformedModelException e) {
            throw new IllegalStateException("the TorchScript kernels cannot be loaded: " + e.getMessage(), e);
        }
    }

    /** softmax(q k' / sqrt(d)) v over the last two axes; q (.., L, d), k (.., S, d), v (.., S, e) to (.., L, e). */
    public static NDArray scaledDotProductAttention(NDArray q, NDArray k, NDArray v) {
        return INSTANCE.call("scaled_dot_product_attention", q, k, v);
    }

    /** As {@link #scaledDotProductAttention}, each probability set to 0 with chance {@code dropout} and the rest scaled up. */
    public static NDArray attentionWithDropout(NDArray q, NDArray k, NDArray v, double dropout) {
        return INSTANCE.call("attention_with_dropout", q, k, v, INSTANCE.number(dropout));
    }

    /** Attention whose products get {@code mask} added, which broadcasts to (.., L, S): 0 seen, -infinity hidden. */
    public static NDArray maskedAttention(NDArray q, NDArray k, NDArray v, NDArray mask, double dropout) {
        return INSTANCE.call("masked_attention", q, k, v, mask, INSTANCE.number(dropout));
    }

    /** Transposed convolution 2x2 with stride 2: (B, C, H, W), weight (C, D, 2, 2), bias (D) to (B, D, 2H, 2W). */
    public static NDArray convTranspose2d(NDArray x, NDArray weight, NDArray bias) {
        return INSTANCE.call("conv_transpose2d", x, weight, bias);
    }

    /** Layer normalisation over the channels of (B, C, H, W). */
    public static NDArray layerNorm2d(NDArray x, NDArray weight, NDArray bias) {
        return INSTANCE.call("layer_norm2d", x, weight, bias);
    }

    /** Group normalisation of (B, C, ...) with epsilon 1e-5. */
    public static NDArray groupNorm(NDArray x, int groups, NDArray weight, NDArray bias) {
        return INSTANCE.call("group_norm", x, INSTANCE.numbers(groups), weight, bias);
    }

    /** Weight standardisation per output channel: (w - mean) / (std + 1e-5), std unbiased. */
    public static NDArray standardise(NDArray weight) {
        return INSTANCE.call("standardise", weight);
    }

    /** Bilinear resize of (B, C, H, W), half-pixel centres, no antialiasing. */
    public static NDArray bilinear(NDArray x, long height, long width) {
        return INSTANCE.call("bilinear", x, INSTANCE.numbers(height, width));
    }

    /** Bilinear resize of (B, C, H, W), half-pixel centres, antialiased when it shrinks. */
    public static NDArray bilinearAntialiased(NDArray x, long height, long width) {
        return INSTANCE.call("bilinear_aa", x, INSTANCE.numbers(height, width));
    }

    /** Bicubic resize of (B, C, H, W), a = -0.75, half-pixel centres. */
    public static NDArray bicubic(NDArray x, long height, long width) {
        return INSTANCE.call("bicubic", x, INSTANCE.numbers(height, width));
    }

    /** Nearest upsampling of (B, C, H, W) by a factor of two. */
    public static NDArray nearest2x(NDArray x) {
        return INSTANCE.call("nearest2x", x);
    }

    /** Two-dimensional max pooling 2x2 with stride 2 of (B, C, H, W). */
    public static NDArray maxPool2x2(NDArray x) {
        return INSTANCE.call("max_pool2x2", x);
    }

    /** Convolution of (B, C, H, W) with a square stride and padding. */
    public static NDArray conv2d(NDArray x, NDArray weight, NDArray bias, int stride, int padding, int groups) {
        return INSTANCE.call("conv2d", x, weight, bias, INSTANCE.numbers(stride, padding, groups));
    }

    /** Convolution of (B, C, T). */
    public static NDArray conv1d(NDArray x, NDArray weight, NDArray bias, int stride, int padding) {
        return INSTANCE.call("conv1d", x, weight, bias, INSTANCE.numbers(stride, padding));
    }

    /** Turns adjacent channel pairs (2i, 2i + 1) of (.., L, C) by angles whose cosine and sine are (L, C / 2). */
    public static NDArray rotatePairs(NDArray x, NDArray cosine, NDArray sine) {
        return INSTANCE.call("rotate_pairs", x, cosine, sine);
    }

    /** Rounds to bfloat16 (nearest even) and back to float32. */
    public static NDArray roundToBfloat16(NDArray x) {
        return INSTANCE.call("round_to_bfloat16", x);
    }

    /** Mean of (1 - t) softplus(x) + t softplus(-x), each element weighted: binary cross entropy of logits. */
    public static NDArray binaryCrossEntropy(NDArray logits, NDArray targets, NDArray weights) {
        return INSTANCE.call("binary_cross_entropy", logits, targets, weights);
    }

    /** Zero padding of the last two axes on the right and at the bottom. */
    public static NDArray padRightBottom(NDArray x, long right, long bottom) {
        return INSTANCE.call("pad_right_bottom", x, INSTANCE.numbers(right, bottom));
    }

    /** Zero padding of (.., H, W, C) on the right and at the bottom. */
    public static NDArray padMap(NDArray x, long right, long bottom) {
        return INSTANCE.call("pad_map", x, INSTANCE.numbers(right, bottom));
    }

    /** Moves (.., H, W, C) down and to the right; what leaves at one side comes in at the other. */
    public static NDArray rollMap(NDArray x, long down, long right) {
        return INSTANCE.call("roll_map", x, INSTANCE.numbers(down, right));
    }

    /**
     * Sums of bilinear samples: maps (B, C, H, W) at {@code places} (B, Q, P, 2), x before y, (0, 0) the upper left
     * corner of the map and (1, 1) its lower right one, zero outside, times {@code weights} (B, 1, Q, P), to (B, C, Q).
     */
    public static NDArray weightedSamples(NDArray maps, NDArray places, NDArray weights) {
        return INSTANCE.call("weighted_samples", maps, places, weights);
    }

    /** The rows (first axis) of these indices, in that order. */
    public static NDArray takeRows(NDArray x, long... rows) {
        try (var index = EngineMemory.of(x.getManager(), rows)) {
            return INSTANCE.call("take_rows", x, index);
        }
    }

    /** The same values laid out row by row; no copy when they already are. */
    public static NDArray contiguous(NDArray x) {
        return INSTANCE.call("contiguous", x);
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
            list.add(INSTANCE.methods.computeIfAbsent("adamw_step", INSTANCE::methodMarker));
            return INSTANCE.run(list);
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

    /** Runs the archive's method {@code name}. */
    private NDArray call(String name, NDArray... inputs) {
        var list = new NDList(inputs.length + 1);
        for (var input : inputs) {
            if (input.getName() != null) { // DJL takes names with dots for dictionary keys
                input.setName(null);
            }
            list.add(input);
        }
        list.add(methods.computeIfAbsent(name, this::methodMarker));
        return run(list);
    }

    private NDArray run(NDList inputs) {
        UNOPTIMISED.get();
        return IValueUtils.forward(block, inputs, true).singletonOrThrow();
    }

    /** DJL picks the method to run by the name of an otherwise unused array. */
    private NDArray methodMarker(String name) {
        var marker = permanent(manager.create(new long[] {0}));
        marker.setName("module_method:" + name);
        return marker;
    }

    private NDArray numbers(long... values) {
        var key = Arrays.stream(values).boxed().toList();
        return numbers.computeIfAbsent(key, k -> permanent(manager.create(values, new Shape(values.length))));
    }

    private NDArray number(double value) {
        return fractions.computeIfAbsent(value, v -> permanent(manager.create(v.doubleValue())));
    }

    private static NDArray permanent(NDArray array) {
        ai.djl.ndarray.NDScope.unregister(array);
        return array;
    }

    /** A stored zip in the layout of {@code torch.jit.save}: a module without state whose methods are the source text. */
    private static byte[] archive() throws IOException {
        byte[] source;
        try (var in = Kernels.class.getResourceAsStream("kernels.torchscript")) {
            source = in.readAllBytes();
        }
        var bytes = new ByteArrayOutputStream();
        try (var zip = new ZipOutputStream(bytes)) {
            zip.setMethod(ZipOutputStream.STORED);
            store(zip, "version", ascii("3\n"));
            store(zip, "data.pkl", ascii("\u0080\u0002c__torch__\nKernels\n)\u0081}X\b\0\0\0training\u0089sb."));
            store(zip, "code/__torch__.py", source);
            store(zip, "constants.pkl", ascii("\u0080\u0002)."));
        }
        return bytes.toByteArray();
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }

    private static void store(ZipOutputStream zip, String name, byte[] content) {
        var entry = new ZipEntry("kernels/" + name);
        var crc = new CRC32();
        crc.update(content);
        entry.setCrc(crc.getValue());
        entry.setSize(content.length);
        entry.setCompressedSize(content.length);
        entry.setTime(0);
        try {
            zip.putNextEntry(entry);
            zip.write(content);
            zip.closeEntry();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
