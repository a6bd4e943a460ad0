package org.sola.cutie;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import java.util.List;
import org.sola.layer.Broadcast;
import org.sola.layer.Scoped;
import org.sola.tensor.Weights;

/** What a frame's objects leave in the memory: a ResNet of image and masks, mixed with the frame's features. */
final class MaskEncoder {
    /** Red, green, blue, the object's mask and that of the others. */
    private static final int CHANNELS = 5;

    private final ResNet trunk;
    private final FeatureFusion fuser;
    private final RecurrentUpdate sensoryUpdate;

    private MaskEncoder(CutieConfig config, Weights weights) {
        trunk = ResNet.of(config.maskEncoder(), weights, CHANNELS, List.of("layer1", "layer2", "layer3"));
        fuser = FeatureFusion.of(
                weights.at("fuser"), config.pixelDim(), config.maskEncoder().dim(2), config.valueDim());
        sensoryUpdate = RecurrentUpdate.of(weights.at("sensory_update"), config.valueDim(), config.sensoryDim());
    }

    /** @param weights below {@code mask_encoder} */
    static MaskEncoder of(CutieConfig config, Weights weights) {
        return new MaskEncoder(config, weights);
    }

    /**
     * Values of the objects' masks.
     *
     * @param image (B, 3, H, W), normalised
     * @param pixFeat (B, pixelDim, h, w)
     * @param masks (B, K, H, W), shares of 0..1
     * @return (B K, valueDim, h, w)
     */
    NDArray forward(NDArray image, NDArray pixFeat, NDArray masks) {
        var shape = masks.getShape();
        long batch = shape.get(0) * shape.get(1);
        var group = Scoped.array(() -> {
            var own = masks.reshape(batch, 1, shape.get(2), shape.get(3));
            var others = Aggregate.others(masks).reshape(own.getShape());
            var stacked = NDArrays.concat(new NDList(Broadcast.rows(image, batch), own, others), 1);
            var stages = trunk.forward(Convolution.channelsLast(stacked));
            return stages.get(2);
        });
        return fuser.forward(pixFeat, group);
    }

    /** The sensory memory (N, S, h, w) after it saw these values: the deep update. */
    NDArray updateSensory(NDArray values, NDArray sensory) {
        return sensoryUpdate.forward(values, sensory);
    }
}
