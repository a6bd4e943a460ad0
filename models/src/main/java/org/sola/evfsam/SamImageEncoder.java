package org.sola.evfsam;

import ai.djl.ndarray.NDArray;
import java.util.List;
import java.util.stream.IntStream;
import org.sola.layer.Conv2d;
import org.sola.layer.LayerNorm2d;
import org.sola.layer.Observer;
import org.sola.layer.Scoped;
import org.sola.tensor.Init;
import org.sola.tensor.Kernels;
import org.sola.tensor.Weights;

/** SAM's image encoder, a plain vision transformer. F frames, S input side, h = w = S / patch, C hidden width. */
public final class SamImageEncoder {
    private final Conv2d patchEmbed;
    private final NDArray posEmbed;
    private final List<SamBlock> blocks;
    private final Neck neck;

    private SamImageEncoder(EvfSamConfig.Sam config, Weights weights) {
        int width = config.width();
        int side = config.featureSize();
        this.patchEmbed = Conv2d.of(weights.at("patch_embed.proj"), 3, width, config.patch(), config.patch(), 0, 1);
        this.posEmbed = weights.get("pos_embed", 1, side, side, width);
        this.blocks = IntStream.range(0, config.layers())
                .mapToObj(i -> SamBlock.of(
                        config,
                        weights.at("blocks").at(i),
                        config.globalBlocks().contains(i) ? 0 : config.window()))
                .toList();
        this.neck = Neck.of(weights.at("neck"), width, config.hiddenDim());
    }

    /** @param weights below {@code visual_model.image_encoder} */
    public static SamImageEncoder of(EvfSamConfig.Sam config, Weights weights) {
        return new SamImageEncoder(config, weights);
    }

    /** Two convolutions without biases, each normalised. */
    private record Neck(NDArray narrow, LayerNorm2d narrowNorm, NDArray mix, LayerNorm2d mixNorm) {
        static Neck of(Weights weights, int width, int c) {
            return new Neck(
                    weights.get("0.weight", Init.fanIn(width), c, width, 1, 1),
                    LayerNorm2d.of(weights.at(1), c),
                    weights.get("2.weight", Init.fanIn(c * 9L), c, c, 3, 3),
                    LayerNorm2d.of(weights.at(3), c));
        }

        NDArray forward(NDArray map) {
            var x = narrowNorm.forward(Kernels.conv2d(map, narrow, 1, 0, 1));
            return mixNorm.forward(Kernels.conv2d(x, mix, 1, 1, 1));
        }
    }

    /** Normalised frames (F, 3, S, S) to (F, C, h, w). */
    public NDArray forward(NDArray frames) {
        return forward(frames, Observer.NONE);
    }

    /** The same, showing each part. */
    public NDArray forward(NDArray frames, Observer observer) {
        var x = Scoped.array(
                () -> patchEmbed.forward(frames).transpose(0, 2, 3, 1).add(posEmbed));
        observer.see("sam_embed", x);
        for (int i = 0; i < blocks.size(); i++) {
            var before = x;
            x = blocks.get(i).forward(before);
            before.close();
            observer.see("sam_block_" + i, x);
        }
        var last = x;
        var embedding = Scoped.array(() -> neck.forward(last.transpose(0, 3, 1, 2)));
        last.close();
        observer.see("image_embedding", embedding);
        return embedding;
    }
}
