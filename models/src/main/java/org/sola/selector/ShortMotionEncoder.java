package org.sola.selector;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.NDScope;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Activation;
import ai.djl.nn.norm.Dropout;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.sola.tensor.EngineMemory;
import org.sola.tensor.Init;
import org.sola.tensor.Kernels;
import org.sola.tensor.Precision;
import org.sola.tensor.Weights;

/**
 * Short-term motion encoder: five blocks of weight-standardised convolution, group normalisation, leaky ReLU and
 * dropout over the frames of one track, then a pointwise convolution. Three strides of two shorten T frames to
 * T' = ceil(T / 8). The weights are standardised in every forward pass, and the gradient goes through it. Without
 * {@code encoderDim} only the pointwise convolution is there, on every frame: the ablation "without motion encoder".
 */
final class ShortMotionEncoder {
    private static final float SLOPE = 0.01f;

    private final List<Block> blocks;
    private final Convolution last;
    private final int groups;
    private final float dropout;

    private ShortMotionEncoder(List<Block> blocks, Convolution last, int groups, double dropout) {
        this.blocks = blocks;
        this.last = last;
        this.groups = groups;
        this.dropout = (float) dropout;
    }

    private record Convolution(
            NDArray weight, NDArray bias, int stride, int padding, boolean isStandardised, Precision precision) {
        static Convolution of(Weights weights, long in, long out, long kernel, int stride, Precision precision) {
            var init = Init.fanIn(in * kernel);
            return new Convolution(
                    weights.get("weight", init, out, in, kernel),
                    weights.get("bias", init, out),
                    stride,
                    (int) kernel / 2,
                    false,
                    precision);
        }

        Convolution frozen(NDManager manager) {
            if (isStandardised) {
                return this;
            }
            var standardised = Kernels.standardise(weight);
            NDScope.unregister(standardised);
            standardised.attach(manager);
            return new Convolution(standardised, bias, stride, padding, true, precision);
        }

        NDArray forward(NDArray x) {
            return isStandardised
                    ? Kernels.conv1d(x, weight, bias, stride, padding)
                    : precision.standardisedConv1d(x, weight, bias, stride, padding);
        }
    }

    private record Block(Convolution convolution, NDArray scale, NDArray shift) {}

    static ShortMotionEncoder of(SelectorConfig config, Weights weights, Precision precision) {
        long[] widths = {
            config.objectTokenDim(),
            config.encoderDim(),
            config.encoderDim(),
            config.encoderDim(),
            config.langTokenDim(),
            config.langTokenDim()
        };
        var blocks = new ArrayList<Block>();
        for (int i = 0;
                i < (config.encoderDim() == 0 ? 0 : 5);
                i++) { // four entries a block in the official Sequential: the norm follows at 4i + 1
            var norm = weights.at(4 * i + 1);
            blocks.add(new Block(
                    Convolution.of(weights.at(4 * i), widths[i], widths[i + 1], 3, i < 3 ? 2 : 1, precision),
                    norm.get("weight", Init.constant(1), widths[i + 1]),
                    norm.get("bias", Init.constant(0), widths[i + 1])));
        }
        var last = Convolution.of(weights.at(20), blocks.isEmpty() ? widths[0] : widths[5], widths[5], 1, 1, precision);
        return new ShortMotionEncoder(List.copyOf(blocks), last, config.groups(), config.dropout());
    }

    /** The same encoder with its weights standardised once and for all, into arrays of {@code manager}. */
    ShortMotionEncoder frozen(NDManager manager) {
        var standardised = blocks.stream()
                .map(block -> new Block(block.convolution().frozen(manager), block.scale(), block.shift()))
                .toList();
        return new ShortMotionEncoder(standardised, last.frozen(manager), groups, dropout);
    }

    /** How often the frames are halved: T' = ceil(T / 2), so many times. */
    int halvings() {
        return (int) blocks.stream()
                .filter(block -> block.convolution().stride() == 2)
                .count();
    }

    /** (tracks, objectTokenDim, T) to (tracks, D, T'); the probe sees each entry of the official Sequential. */
    NDArray forward(NDArray x, boolean training, Probe probe) {
        return forward(x, Optional.empty(), training, probe);
    }

    /**
     * The same for tracks of different lengths, padded to the longest, each as it would be alone.
     *
     * @param frames of each track
     */
    NDArray forwardPadded(NDArray x, int[] frames, boolean training) {
        var present = present(x.getManager(), frames, x.getShape().get(2));
        return forward(x.mul(present), Optional.of(frames), training, Probe.NONE);
    }

    private NDArray forward(NDArray x, Optional<int[]> lengths, boolean training, Probe probe) {
        var y = x;
        int entry = 0;
        var frames = lengths.map(int[]::clone);
        for (var block : blocks) {
            var convolved = block.convolution().forward(y);
            probe.see(Integer.toString(entry), () -> convolved);
            frames.ifPresent(counts -> shorten(counts, block.convolution().stride()));
            var normed = frames.isEmpty()
                    ? Kernels.groupNorm(convolved, groups, block.scale(), block.shift())
                    : Kernels.maskedGroupNorm(
                            convolved,
                            groups,
                            block.scale(),
                            block.shift(),
                            present(
                                    x.getManager(),
                                    frames.get(),
                                    convolved.getShape().get(2)));
            probe.see(Integer.toString(entry + 1), () -> normed);
            var active = Activation.leakyRelu(normed, SLOPE);
            probe.see(Integer.toString(entry + 2), () -> active);
            y = training && dropout > 0 ? Dropout.dropout(active, dropout, true).singletonOrThrow() : active;
            entry += 4;
        }
        return last.forward(y);
    }

    private static void shorten(int[] frames, int stride) {
        for (int i = 0; i < frames.length; i++) {
            frames[i] = (frames[i] + stride - 1) / stride;
        }
    }

    /** 1 for a frame that is there, 0 for a padded one, which a convolution reads as it reads what lies outside. */
    private static NDArray present(NDManager manager, int[] frames, long longest) {
        int width = Math.toIntExact(longest);
        var present = new float[frames.length * width];
        for (int i = 0; i < frames.length; i++) {
            Arrays.fill(present, i * width, i * width + frames[i], 1);
        }
        return EngineMemory.of(manager, present, new Shape(frames.length, 1, width));
    }
}
