package org.sola.sam2;

import ai.djl.ndarray.NDArray;
import java.util.ArrayList;
import java.util.List;
import java.util.function.ObjIntConsumer;
import org.sola.layer.Constant;
import org.sola.layer.Conv2d;
import org.sola.layer.Scoped;
import org.sola.tensor.Kernels;
import org.sola.tensor.Weights;

/**
 * The trunk of the image encoder: a hierarchical vision transformer (Hiera) whose four stages halve the map and double
 * the width. B images, S input side, C width of the first stage; maps are channels last, (B, H, W, C).
 */
public final class Hiera {
    private final Conv2d patchEmbed;
    private final NDArray posEmbed;
    private final NDArray posEmbedWindow;
    private final List<HieraBlock> blocks;
    private final List<Integer> stageEnds;
    private final int mapSize;
    private final Constant positions = new Constant(this::resizedPositions);

    private Hiera(
            Conv2d patchEmbed,
            NDArray posEmbed,
            NDArray posEmbedWindow,
            List<HieraBlock> blocks,
            List<Integer> stageEnds,
            int mapSize) {
        this.patchEmbed = patchEmbed;
        this.posEmbed = posEmbed;
        this.posEmbedWindow = posEmbedWindow;
        this.blocks = blocks;
        this.stageEnds = stageEnds;
        this.mapSize = mapSize;
    }

    /** @param weights below {@code image_encoder.trunk} */
    public static Hiera of(Sam2Config config, Weights weights) {
        var hiera = config.hiera();
        long width = hiera.embedDim();
        int heads = hiera.heads();
        int grid = hiera.positionGrid();
        int window = hiera.windows().get(0);
        var posEmbed = weights.get("pos_embed", 1, width, grid, grid);
        var posEmbedWindow = weights.get("pos_embed_window", 1, width, window, window);
        var patchEmbed = Conv2d.of(weights.at("patch_embed.proj"), 3, width, 7, 4, 3, 1);
        var blocks = new ArrayList<HieraBlock>();
        var stageEnds = new ArrayList<Integer>();
        for (int stage = 0; stage < hiera.stages().size(); stage++) {
            for (int i = 0; i < hiera.stages().get(stage); i++) {
                boolean pools = stage > 0 && i == 0;
                // the window lags one block: a stage's first block still sees the previous stage's map
                int blockWindow = hiera.globalBlocks().contains(blocks.size())
                        ? 0
                        : hiera.windows().get(pools ? stage - 1 : stage);
                long out = pools ? width * 2 : width;
                heads = pools ? heads * 2 : heads;
                var at = weights.at("blocks").at(blocks.size());
                blocks.add(HieraBlock.of(at, width, out, heads, blockWindow, pools));
                width = out;
            }
            stageEnds.add(blocks.size() - 1);
        }
        return new Hiera(
                patchEmbed,
                posEmbed,
                posEmbedWindow,
                List.copyOf(blocks),
                List.copyOf(stageEnds),
                config.imageSize() / 4);
    }

    /**
     * @param images (B, 3, S, S), normalised
     * @return the ends of the stages, (B, S/4, S/4, C) to (B, S/32, S/32, 8C), without a final norm
     */
    public List<NDArray> forward(NDArray images) {
        return forward(images, (map, block) -> {});
    }

    /** As {@link #forward(NDArray)}; {@code watcher} sees the map after every block, counted from 0. */
    public List<NDArray> forward(NDArray images, ObjIntConsumer<NDArray> watcher) {
        var x = Scoped.array(() -> Kernels.contiguous(patchEmbed(images).add(positionEmbedding())));
        var stages = new ArrayList<NDArray>();
        for (int i = 0; i < blocks.size(); i++) {
            var y = blocks.get(i).forward(x);
            if (!stageEnds.contains(i - 1)) {
                x.close();
            }
            x = y;
            watcher.accept(x, i);
            if (stageEnds.contains(i)) {
                stages.add(x);
            }
        }
        return List.copyOf(stages);
    }

    /** (B, 3, S, S) to (B, S/4, S/4, C), before positions are added. */
    public NDArray patchEmbed(NDArray images) {
        return patchEmbed.forward(images).transpose(0, 2, 3, 1);
    }

    /** What is added to the patches, (1, S/4, S/4, C): computed once, or anew in training so that gradients flow. */
    public NDArray positionEmbedding() {
        return posEmbed.hasGradient() || posEmbedWindow.hasGradient() ? resizedPositions() : positions.get();
    }

    /** The coarse grid, bicubically resized, plus the window pattern repeated over the map. */
    private NDArray resizedPositions() {
        long repeats = mapSize / posEmbedWindow.getShape().get(2);
        var tiled = posEmbedWindow.tile(new long[] {1, 1, repeats, repeats});
        return Kernels.contiguous(
                Kernels.bicubic(posEmbed, mapSize, mapSize).add(tiled).transpose(0, 2, 3, 1));
    }
}
