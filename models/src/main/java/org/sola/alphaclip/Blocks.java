package org.sola.alphaclip;

import ai.djl.ndarray.NDArray;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.sola.layer.Observer;
import org.sola.layer.Scoped;
import org.sola.tensor.Weights;

/** The blocks {@code resblocks.0 ..} of one side, one after the other. */
record Blocks(List<Block> blocks) {
    static Blocks of(Weights weights, int width, int layers, int heads, boolean dotted) {
        return new Blocks(IntStream.range(0, layers)
                .mapToObj(i -> Block.of(weights.at("resblocks").at(i), width, heads, dotted))
                .toList());
    }

    /** (B, L, D) to the same; {@code x} stays the caller's. Layers are named to {@code observer} from 1. */
    NDArray forward(NDArray x, Optional<NDArray> mask, String prefix, Observer observer) {
        var y = x;
        for (int i = 0; i < blocks.size(); i++) {
            var block = blocks.get(i);
            var in = y;
            y = Scoped.array(() -> block.forward(in, mask));
            if (i > 0) {
                in.close();
            }
            observer.see(prefix + (i + 1), y);
        }
        return y;
    }
}
