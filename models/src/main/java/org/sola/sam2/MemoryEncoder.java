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
import org.sola.tensor.Init;
import org.sola.tensor.Weights;

/** Turns a frame's features and the masks of B objects into spatial memories (SAM 2, memory encoder). */
public final class MemoryEncoder {
    private static final int[] TOWER = {1, 4, 16, 64};

    private final List<Conv2d> convolutions = new ArrayList<>();
    private final List<LayerNorm2d> norms = new ArrayList<>();
    private final Conv2d towerOut;
    private final Conv2d pixFeatProj;
    private final List<FuserBlock> fuser;
    private final Conv2d outProj;

    private MemoryEncoder(Sam2Config config, Weights weights) {
        int c = config.hiddenDim();
        var tower = weights.at("mask_downsampler").at("encoder");
        for (int i = 0; i < TOWER.length; i++) {
            int out = i + 1 < TOWER.length ? TOWER[i + 1] : c;
            convolutions.add(Conv2d.of(tower.at(3 * i), TOWER[i], out, 3, 2, 1, 1));
            norms.add(LayerNorm2d.of(tower.at(3 * i + 1), out));
        }
        this.towerOut = Conv2d.pointwise(tower.at(3 * TOWER.length), c, c);
        this.pixFeatProj = Conv2d.pointwise(weights.at("pix_feat_proj"), c, c);
        this.fuser = IntStream.range(0, 2)
                .mapToObj(i -> new FuserBlock(weights.at("fuser").at("layers").at(i), c))
                .toList();
        this.outProj = Conv2d.pointwise(weights.at("out_proj"), c, config.memoryDim());
    }

    /** @param weights below {@code memory_encoder} */
    public static MemoryEncoder of(Sam2Config config, Weights weights) {
        return new MemoryEncoder(config, weights);
    }

    /**
     * @param frame (F, C, S/16, S/16), F a divisor of B: stride-16 features without any memory in them
     * @param masks (B, 1, S, S): mask values -10..10
     * @return (B, D, S/16, S/16)
     */
    public NDArray forward(NDArray frame, NDArray masks) {
        var m = masks;
        for (int i = 0; i < convolutions.size(); i++) {
            m = Activation.gelu(norms.get(i).forward(convolutions.get(i).forward(m)));
        }
        var feature =
                Broadcast.rows(pixFeatProj.forward(frame), masks.getShape().get(0));
        var x = feature.add(towerOut.forward(m)); // (B, C, S/16, S/16)
        for (var block : fuser) {
            x = block.forward(x);
        }
        return outProj.forward(x);
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

        private NDArray forward(NDArray x) {
            var y = norm.forward(dwconv.forward(x).transpose(0, 2, 3, 1)); // (B, H, W, C)
            y = pwconv2.forward(Activation.gelu(pwconv1.forward(y))).mul(gamma);
            return x.add(y.transpose(0, 3, 1, 2));
        }
    }
}
