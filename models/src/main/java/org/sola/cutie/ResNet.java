package org.sola.cutie;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.pooling.Pool;
import java.util.ArrayList;
import java.util.List;
import org.sola.layer.Scoped;
import org.sola.tensor.Weights;

/** The first three stages of a ResNet-18 or -50 (He et al., 2015), as Cutie's two encoders use them. */
final class ResNet {
    private final Convolution conv1;
    private final List<List<Block>> stages;

    private ResNet(Convolution conv1, List<List<Block>> stages) {
        this.conv1 = conv1;
        this.stages = stages;
    }

    /** @param stageNames what the checkpoint calls the stages of stride 4, 8 and 16 */
    static ResNet of(CutieConfig.Backbone config, Weights weights, int channels, List<String> stageNames) {
        var conv1 = Convolution.normed(weights.at("conv1"), weights.at("bn1"), channels, config.stemDim(), 7, 2);
        var stages = new ArrayList<List<Block>>();
        long in = config.stemDim();
        for (int stage = 0; stage < 3; stage++) {
            var blocks = new ArrayList<Block>();
            for (int i = 0; i < config.blocks().get(stage); i++) {
                int stride = stage > 0 && i == 0 ? 2 : 1;
                var at = weights.at(stageNames.get(stage)).at(i);
                blocks.add(Block.of(at, in, (long) config.stemDim() << stage, stride, config.bottleneck()));
                in = config.dim(stage);
            }
            stages.add(blocks);
        }
        return new ResNet(conv1, stages);
    }

    /** (B, C, H, W) to the stages of stride 4, 8 and 16. */
    List<NDArray> forward(NDArray x) {
        var y = Scoped.array(
                () -> Pool.maxPool2d(conv1.forwardRelu(x), new Shape(3, 3), new Shape(2, 2), new Shape(1, 1), false));
        var outputs = new ArrayList<NDArray>();
        for (var stage : stages) {
            for (var block : stage) {
                var input = y;
                y = Scoped.array(() -> block.forward(input));
            }
            outputs.add(y);
        }
        return outputs;
    }

    /**
     * A residual block. Where gradients do not flow it is computed in the shortcut's memory, which may be its input's: that
     * is safe because a stage's output, which others keep, always enters the next stage through a convolution.
     *
     * @param convolutions two, or three of a bottleneck
     * @param downsample the shortcut's convolution, null where the shortcut is the input itself
     */
    private record Block(List<Convolution> convolutions, Convolution downsample) {
        static Block of(Weights weights, long in, long dim, int stride, boolean bottleneck) {
            long out = bottleneck ? 4 * dim : dim;
            var list = bottleneck
                    ? List.of(
                            convolution(weights, 1, in, dim, 1, 1),
                            convolution(weights, 2, dim, dim, 3, stride),
                            convolution(weights, 3, dim, out, 1, 1))
                    : List.of(convolution(weights, 1, in, dim, 3, stride), convolution(weights, 2, dim, dim, 3, 1));
            var shortcut = weights.at("downsample");
            return new Block(
                    list,
                    in == out && stride == 1
                            ? null
                            : Convolution.normed(shortcut.at(0), shortcut.at(1), in, out, 1, stride));
        }

        private static Convolution convolution(Weights weights, int i, long in, long out, int kernel, int stride) {
            return Convolution.normed(weights.at("conv" + i), weights.at("bn" + i), in, out, kernel, stride);
        }

        NDArray forward(NDArray x) {
            var y = x;
            for (var convolution : convolutions.subList(0, convolutions.size() - 1)) {
                y = convolution.forwardRelu(y);
            }
            var shortcut = downsample == null ? x : downsample.forward(x);
            return convolutions.get(convolutions.size() - 1).forwardOntoRelu(shortcut, y);
        }
    }
}
