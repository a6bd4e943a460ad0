package org.sola.cutie;

import ai.djl.ndarray.NDArray;
import ai.djl.nn.Activation;
import org.sola.layer.Scoped;
import org.sola.tensor.Init;
import org.sola.tensor.Kernels;
import org.sola.tensor.Weights;

/** A residual block whose channels are weighed by their means (CAResBlock); C channels in and out. */
final class ChannelAttentionBlock {
    private final Convolution conv1;
    private final Convolution conv2;
    private final NDArray conv; // (1, 1, k), along the channels
    private final NDArray noBias;

    private ChannelAttentionBlock(Convolution conv1, Convolution conv2, NDArray conv) {
        this.conv1 = conv1;
        this.conv2 = conv2;
        this.conv = conv;
        this.noBias = Convolution.zero(conv);
    }

    static ChannelAttentionBlock of(Weights weights, long channels) {
        int kernel = kernel(channels);
        return new ChannelAttentionBlock(
                Convolution.of(weights.at("conv1"), channels, channels, 3),
                Convolution.of(weights.at("conv2"), channels, channels, 3),
                weights.get("conv.weight", Init.fanIn(kernel), 1, 1, kernel));
    }

    /** ECA-Net's rule: the odd number at or above half of log2 of the channels and one. */
    private static int kernel(long channels) {
        int half = (int) ((Math.abs(Math.log(channels) / Math.log(2)) + 1) / 2);
        return half % 2 == 1 ? half : half + 1;
    }

    /** (N, C, h, w) to the same shape. */
    NDArray forward(NDArray x) {
        return Scoped.array(() -> {
            var y = conv2.forward(conv1.forwardRelu(Activation.relu(x)));
            var means = Convolution.rows(y).mean(new int[] {1}, true); // (N, 1, C)
            var shares = Activation.sigmoid(
                    Kernels.conv1d(means, conv, noBias, 1, (int) conv.getShape().get(2) / 2));
            return y.mul(shares.transpose(0, 2, 1).expandDims(3)).add(x);
        });
    }
}
