package org.sola.cutie;

import ai.djl.ndarray.NDArray;
import ai.djl.nn.Activation;
import org.sola.layer.Broadcast;
import org.sola.layer.Scoped;
import org.sola.tensor.Kernels;
import org.sola.tensor.Weights;

/** Draws the objects' masks from what was read, with the frame's finer features, and updates the sensory memory. */
final class MaskDecoder {
    private final Convolution[] featureTransforms; // stride 8 and 4, of a frame
    private final ResidualBlock up16To8;
    private final ResidualBlock up8To4;
    private final Convolution pred;
    private final Convolution[] sensoryConvs; // of stride 16, 8 and 4
    private final RecurrentUpdate sensoryUpdate;

    private MaskDecoder(CutieConfig config, Weights weights) {
        var dims = config.decoderDims();
        var transforms = weights.at("decoder_feat_proc").at("transforms");
        featureTransforms = new Convolution[] {
            Convolution.of(transforms.at(0), config.pixelEncoder().dim(1), dims.get(0), 1),
            Convolution.of(transforms.at(1), config.pixelEncoder().dim(0), dims.get(1), 1)
        };
        up16To8 = ResidualBlock.of(weights.at("up_16_8").at("out_conv"), dims.get(0), dims.get(1));
        up8To4 = ResidualBlock.of(weights.at("up_8_4").at("out_conv"), dims.get(1), dims.get(2));
        pred = Convolution.of(weights.at("pred"), dims.get(2), 1, 3);
        var update = weights.at("sensory_update");
        int s = config.sensoryDim();
        sensoryConvs = new Convolution[] {
            Convolution.of(update.at("g16_conv"), dims.get(0), s, 1),
            Convolution.of(update.at("g8_conv"), dims.get(1), s, 1),
            Convolution.of(update.at("g4_conv"), dims.get(2) + 1L, s, 1)
        };
        sensoryUpdate = RecurrentUpdate.of(update, s, s);
    }

    /** @param weights below {@code mask_decoder} */
    static MaskDecoder of(CutieConfig config, Weights weights) {
        return new MaskDecoder(config, weights);
    }

    /** A residual block of two convolutions, each after a ReLU. */
    private record ResidualBlock(Convolution conv1, Convolution conv2, Convolution downsample) {
        static ResidualBlock of(Weights weights, int in, int out) {
            return new ResidualBlock(
                    Convolution.of(weights.at("conv1"), in, out, 3),
                    Convolution.of(weights.at("conv2"), out, out, 3),
                    in == out ? null : Convolution.of(weights.at("downsample"), in, out, 1));
        }

        NDArray forward(NDArray x) {
            var shortcut = downsample == null ? x : downsample.forward(x);
            return conv2.forwardOnto(shortcut, conv1.forwardRelu(Activation.relu(x)));
        }
    }

    /** The part of stride 8 that all objects of a frame share: stage 8 of the pixel encoder to (B, dims[0], ..). */
    NDArray shared8(NDArray stage8) {
        return featureTransforms[0].forward(stage8);
    }

    /** The part of stride 4: stage 4 of the pixel encoder to (B, dims[1], ..). */
    NDArray shared4(NDArray stage4) {
        return featureTransforms[1].forward(stage4);
    }

    /**
     * @param p16 (N, E, h, w)
     * @param shared8 (B, ..), see {@link #shared8}
     * @param shared4 (B, ..)
     */
    DrawnMasks forward(NDArray p16, NDArray shared8, NDArray shared4) {
        var p8 = up(p16, shared8, up16To8);
        var p4 = up(p8, shared4, up8To4);
        var logits = Scoped.array(() -> pred.forward(Activation.relu(p4)));
        return new DrawnMasks(logits, p8, p4);
    }

    private static NDArray up(NDArray g, NDArray shared, ResidualBlock block) {
        return Scoped.array(() -> {
            var shape = shared.getShape();
            var larger = Kernels.bilinear(g, shape.get(2), shape.get(3));
            return block.forward(larger.add(Broadcast.rows(shared, g.getShape().get(0))));
        });
    }

    /** The sensory memory (N, S, h, w) after this frame was drawn. */
    NDArray updateSensory(NDArray p16, DrawnMasks drawn, NDArray sensory) {
        return Scoped.array(() -> {
            var p4 = Convolution.channelsLast(
                    Aggregate.shrink(drawn.p4(), 4).concat(Aggregate.shrink(drawn.logits(), 4), 1));
            var felt = sensoryConvs[0].forward(p16);
            felt = sensoryConvs[1].forwardOnto(felt, Aggregate.shrink(drawn.p8(), 2));
            felt = sensoryConvs[2].forwardOnto(felt, p4);
            return sensoryUpdate.forward(felt, sensory);
        });
    }
}
