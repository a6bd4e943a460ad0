package org.sola.cutie;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import org.sola.layer.Scoped;
import org.sola.tensor.Weights;

/** Adds sensory memory and last mask to what was read from the memory, and mixes it with the frame's features. */
final class PixelFuser {
    private final Convolution sensoryCompress;
    private final FeatureFusion fuser;

    private PixelFuser(CutieConfig config, Weights weights) {
        sensoryCompress =
                Convolution.of(weights.at("sensory_compress"), config.sensoryDim() + 2L, config.valueDim(), 1);
        fuser = FeatureFusion.of(weights.at("fuser"), config.pixelDim(), config.valueDim(), config.embedDim());
    }

    /** @param weights below {@code pixel_fuser} */
    static PixelFuser of(CutieConfig config, Weights weights) {
        return new PixelFuser(config, weights);
    }

    /**
     * @param pixFeat (B, pixelDim, h, w)
     * @param readout (B K, valueDim, h, w), read from the memory
     * @param sensory (B K, S, h, w)
     * @param lastMask (B, K, h, w), the objects' last shares, area-pooled
     * @return (B K, E, h, w)
     */
    NDArray forward(NDArray pixFeat, NDArray readout, NDArray sensory, NDArray lastMask) {
        var fused = Scoped.array(() -> {
            var shape = readout.getShape();
            var own = lastMask.reshape(shape.get(0), 1, shape.get(2), shape.get(3));
            var others = Aggregate.others(lastMask).reshape(own.getShape());
            var felt = Convolution.channelsLast(NDArrays.concat(new NDList(sensory, own, others), 1));
            return sensoryCompress.forward(felt).add(readout);
        });
        return fuser.forward(pixFeat, fused);
    }
}
