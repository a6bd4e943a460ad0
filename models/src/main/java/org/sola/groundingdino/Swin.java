package org.sola.groundingdino;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.sola.layer.Conv2d;
import org.sola.layer.LayerNorm;
import org.sola.layer.Observer;
import org.sola.layer.Scoped;
import org.sola.tensor.Kernels;
import org.sola.tensor.Weights;

/**
 * Swin Transformer (Liu et al. 2021) as a backbone: images of one size to a normalised map of each stage but the first. B
 * images, H, W height and width of the map at hand, C its channels.
 */
final class Swin {
    static final double EPSILON = 1e-5;
    private static final int PATCH = 4;

    private final Conv2d patches;
    private final LayerNorm patchNorm;
    private final List<Stage> stages;

    private Swin(Conv2d patches, LayerNorm patchNorm, List<Stage> stages) {
        this.patches = patches;
        this.patchNorm = patchNorm;
        this.stages = stages;
    }

    private record Stage(List<SwinBlock> blocks, List<PatchMerging> merging, List<LayerNorm> outputNorm) {}

    static Swin of(GroundingDinoConfig.Swin config, Weights weights) {
        var embed = weights.at("patch_embed");
        return new Swin(
                Conv2d.of(embed.at("proj"), 3, config.embedDim(), PATCH, PATCH, 0, 1),
                LayerNorm.of(embed.at("norm"), config.embedDim(), EPSILON),
                IntStream.range(0, config.stages())
                        .mapToObj(s -> stage(config, weights, s))
                        .toList());
    }

    private static Stage stage(GroundingDinoConfig.Swin config, Weights weights, int stage) {
        var layer = weights.at("layers").at(stage);
        int channels = config.channels(stage);
        var blocks = IntStream.range(0, config.depths().get(stage))
                .mapToObj(b -> SwinBlock.of(
                        layer.at("blocks").at(b),
                        channels,
                        config.heads().get(stage),
                        config.window(),
                        b % 2 == 1 ? config.window() / 2 : 0))
                .toList();
        boolean isLast = stage == config.stages() - 1;
        return new Stage(
                blocks,
                isLast ? List.of() : List.of(PatchMerging.of(layer.at("downsample"), channels)),
                stage == 0 ? List.of() : List.of(LayerNorm.of(weights.at("norm" + stage), channels, EPSILON)));
    }

    /** (B, 3, H, W), normalised, to maps (B, C, H / s, W / s) of strides s = 8, 16, 32. */
    NDList forward(NDArray image, Observer observer) {
        return Scoped.list(() -> {
            var maps = new NDList();
            var x = embed(image); // (B, H, W, C)
            observer.see("patch_embed", channelsFirst(x));
            for (int s = 0; s < stages.size(); s++) {
                var stage = stages.get(s);
                for (int b = 0; b < stage.blocks().size(); b++) {
                    var block = stage.blocks().get(b);
                    var in = x;
                    x = Scoped.array(() -> block.forward(in));
                    in.close();
                    observer.see("swin_block_" + s + "_" + b, x);
                }
                for (var norm : stage.outputNorm()) {
                    var in = x;
                    maps.add(Scoped.array(() -> Kernels.contiguous(channelsFirst(norm.forward(in)))));
                    observer.see("swin_" + (s - 1), maps.get(s - 1));
                }
                for (var merging : stage.merging()) {
                    var in = x;
                    x = Scoped.array(() -> merging.forward(in));
                    in.close();
                    observer.see("swin_merge_" + s, x);
                }
            }
            return maps;
        });
    }

    private NDArray embed(NDArray image) {
        return Scoped.array(() -> {
            long height = image.getShape().get(2);
            long width = image.getShape().get(3);
            var padded = Kernels.padRightBottom(image, lack(width, PATCH), lack(height, PATCH));
            return patchNorm.forward(patches.forward(padded).transpose(0, 2, 3, 1));
        });
    }

    private static NDArray channelsFirst(NDArray map) {
        return map.transpose(0, 3, 1, 2);
    }

    /** What {@code size} lacks to a multiple of {@code unit}. */
    static long lack(long size, long unit) {
        return Math.floorMod(-size, unit);
    }

    /** Halves a map and doubles its channels. */
    private record PatchMerging(LayerNorm norm, NDArray reduction) {
        static PatchMerging of(Weights weights, int channels) {
            return new PatchMerging(
                    LayerNorm.of(weights.at("norm"), 4L * channels, EPSILON),
                    weights.at("reduction").get("weight", 2L * channels, 4L * channels));
        }

        NDArray forward(NDArray map) {
            long height = map.getShape().get(1);
            long width = map.getShape().get(2);
            var x = Kernels.padMap(map, lack(width, 2), lack(height, 2));
            // neighbours in the order (row, column) = (0, 0), (1, 0), (0, 1), (1, 1)
            long images = x.getShape().get(0);
            x = x.reshape(images, x.getShape().get(1) / 2, 2, x.getShape().get(2) / 2, 2, -1)
                    .transpose(0, 1, 3, 4, 2, 5);
            x = x.reshape(images, x.getShape().get(1), x.getShape().get(2), -1);
            return norm.forward(x).matMul(reduction.transpose());
        }
    }

    static List<Integer> outputChannels(GroundingDinoConfig.Swin config) {
        var channels = new ArrayList<Integer>();
        for (int s = 1; s < config.stages(); s++) {
            channels.add(config.channels(s));
        }
        return channels;
    }
}
