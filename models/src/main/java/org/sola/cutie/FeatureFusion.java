package org.sola.cutie;

import ai.djl.ndarray.NDArray;
import org.sola.layer.Broadcast;
import org.sola.tensor.Weights;

/** Mixes what belongs to a frame with what belongs to its objects (GroupFeatureFusionBlock). */
final class FeatureFusion {
    private final Convolution xTransform;
    private final Convolution gTransform;
    private final ChannelAttentionBlock block1;
    private final ChannelAttentionBlock block2;

    private FeatureFusion(Weights weights, long frameDim, long objectDim, long out) {
        var distributor = weights.at("distributor");
        xTransform = Convolution.of(distributor.at("x_transform"), frameDim, out, 1);
        gTransform = Convolution.of(distributor.at("g_transform"), objectDim, out, 1);
        block1 = ChannelAttentionBlock.of(weights.at("block1"), out);
        block2 = ChannelAttentionBlock.of(weights.at("block2"), out);
    }

    static FeatureFusion of(Weights weights, long frameDim, long objectDim, long out) {
        return new FeatureFusion(weights, frameDim, objectDim, out);
    }

    /**
     * @param frame (B, frameDim, h, w)
     * @param objects (B K, objectDim, h, w), the objects of a frame side by side
     * @return (B K, out, h, w)
     */
    NDArray forward(NDArray frame, NDArray objects) {
        long rows = objects.getShape().get(0);
        var x = xTransform.forward(frame);
        var mixed = rows == frame.getShape().get(0)
                ? gTransform.forwardOnto(x, objects)
                : gTransform.forward(objects).add(Broadcast.rows(x, rows));
        return block2.forward(block1.forward(mixed));
    }
}
