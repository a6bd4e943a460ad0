package org.sola.sam2;

import ai.djl.ndarray.NDArray;
import ai.djl.nn.Activation;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.sola.layer.Broadcast;
import org.sola.layer.Conv2d;
import org.sola.layer.LayerNorm;
import org.sola.layer.LayerNorm2d;
import org.sola.layer.Linear;
import org.sola.layer.Scoped;
import org.sola.tensor.Init;
import org.sola.tensor.Kernels;
import org.sola.tensor.OneDnn;
import org.sola.tensor.Weights;

/** Turns a frame's features and the masks of B objects into spatial memories (SAM 2, memory encoder). */
public final class MemoryEncoder {
    private static final int[] TOWER = {1, 4, 16, 64};

    private final List<Conv2d> convolutions = new ArrayList<>();
    private final List<LayerNorm2d> norms = new ArrayList<>();
    private final Linear towerOut;
    private final Linear pixFeatProj;
    private final List<FuserBlock> fuser;
    private final Linear outProj;

    private MemoryEncoder(Sam2Config config, Weights weights) {
        int c = config.hiddenDim();
        var tower = weights.at("mask_downsampler").at("encoder");
        for (int i = 0; i < TOWER.length; i++) {
            int out = i + 1 < TOWER.length ? TOWER[i + 1] : c;
            convolutions.add(Conv2d.of(tower.at(3 * i), TOWER[i], out, 3, 2, 1, 1));
            norms.add(LayerNorm2d.of(tower.at(3 * i + 1), out));
        }
        this.towerOut = Linear.ofPointwise(tower.at(3 * TOWER.length), c, c);
        this.pixFeatProj = Linear.ofPointwise(weights.at("pix_feat_proj"), c, c);
        this.fuser = IntStream.range(0, 2)
                .mapToObj(i -> new FuserBlock(weights.at("fuser").at("layers").at(i), c))
                .toList();
        this.outProj = Linear.ofPointwise(weights.at("out_proj"), c, config.memoryDim());
    }

    /** @param weights below {@code memory_encoder} */
    public static MemoryEncoder of(Sam2Config config, Weights weights) {
        return new MemoryEncoder(config, weights);
    }

    /**
     * @param frame (F, C, S/16, S/16), F a divisor of B: stride-16 features without any memory in them
     * @param masks (B, 1, S, S): mask values -10..10
     * @return (B, L, D), L = (S/16)^2
     */
    public NDArray forward(NDArray frame, NDArray masks) {
        var feature = pixFeatProj.forward(channelsLast(frame)); // (F, h, w, C); from here on channels stay last
        var x = Scoped.array(() -> {
            var tower = towerOut.forward(channelsLast(downsample(masks)));
            return Broadcast.rows(feature, masks.getShape().get(0)).add(tower);
        });
        for (var block : fuser) {
            var before = x;
            x = Scoped.array(() -> block.forward(before));
            before.close();
        }
        var memory = outProj.forward(x);
        var shape = memory.getShape();
        return memory.reshape(shape.get(0), shape.get(1) * shape.get(2), shape.get(3));
    }

    /** (B, 1, S, S) to (B, C, S/16, S/16). */
    private NDArray downsample(NDArray masks) {
        var m = masks;
        for (int i = 0; i < convolutions.size(); i++) {
            var before = m;
            var convolution = convolutions.get(i);
            var norm = norms.get(i);
            m = Scoped.array(() -> Activation.gelu(norm.forward(convolution.forward(before))));
            if (i > 0) {
                before.close();
            }
        }
        return m;
    }

    private static NDArray channelsLast(NDArray map) {
        return Kernels.contiguous(map.transpose(0, 2, 3, 1));
    }

    /** A ConvNeXt block: depthwise 7x7, norm, two linear layers over the channels, scaled and added. */
    private static final class FuserBlock {
        private final Conv2d dwconv;
        private final LayerNorm norm;
        private final Linear pwconv1;
        private final Linear pwconv2;
        private final NDArray gamma;

        private FuserBlock(Weights weights, int channels) {
            this.dwconv = Conv2d.of(weights.at("dwconv"), channels, channels, 7, 1, 3, channels);
            this.norm = LayerNorm.of(weights.at("norm"), channels, 1e-6);
            this.pwconv1 = Linear.of(weights.at("pwconv1"), channels, 4L * channels);
            this.pwconv2 = Linear.of(weights.at("pwconv2"), 4L * channels, channels);
            this.gamma = weights.get("gamma", Init.constant(1e-6), channels);
        }

        /** (B, H, W, C) to the same. */
        private NDArray forward(NDArray x) {
            var y = norm.forward(dwconv.forward(x.transpose(0, 3, 1, 2)).transpose(0, 2, 3, 1));
            return x.add(pwconv2.forward(pwconv1.forProduct(y, OneDnn.Activation.GELU))
                    .mul(gamma));
        }
    }
}
