package org.sola.cutie;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.nn.Activation;
import org.sola.layer.Linear;
import org.sola.layer.Scoped;
import org.sola.tensor.Weights;

/**
 * Sums up an object in Q vectors: half pool where its mask is, half where it is not. N objects, L = h w positions, E
 * width.
 */
final class ObjectSummarizer {
    private final Linear inputProj;
    private final Linear[] featurePred;
    private final Linear[] weightsPred;
    private final SpatialPosition position;
    private final int queries;

    private ObjectSummarizer(CutieConfig config, Weights weights, SpatialPosition position) {
        int e = config.embedDim();
        queries = config.objectTransformer().queries();
        inputProj = Linear.of(weights.at("input_proj"), config.valueDim(), e);
        featurePred = two(weights.at("feature_pred"), e, e);
        weightsPred = two(weights.at("weights_pred"), e, queries);
        this.position = position;
    }

    /** @param weights below {@code object_summarizer} */
    static ObjectSummarizer of(CutieConfig config, Weights weights, SpatialPosition position) {
        return new ObjectSummarizer(config, weights, position);
    }

    private static Linear[] two(Weights weights, int e, int out) {
        return new Linear[] {Linear.of(weights.at(0), e, e), Linear.of(weights.at(2), e, out)};
    }

    /**
     * @param masks (N, h, w), shares of 0..1, area-pooled
     * @param values (N, valueDim, h, w)
     * @return (N, Q, E + 1), sums of features and of weights: to be added up over frames
     */
    NDArray forward(NDArray masks, NDArray values) {
        return Scoped.array(() -> {
            var shape = values.getShape();
            int h = (int) shape.get(2);
            int w = (int) shape.get(3);
            var x = inputProj.forward(Convolution.rows(values)).add(position.at(h, w)); // (N, L, E)
            var features = featurePred[1].forward(featurePred[0].forwardRelu(x));
            var logits = weightsPred[1].forward(weightsPred[0].forwardRelu(x)); // (N, L, Q)
            var own = masks.reshape(shape.get(0), (long) h * w, 1);
            var rest = own.neg().add(1);
            var seen = NDArrays.concat(new NDList(own.repeat(2, queries / 2), rest.repeat(2, queries / 2)), 2);
            var shares = Activation.sigmoid(logits).mul(seen).transpose(0, 2, 1); // (N, Q, L)
            var sums = shares.batchMatMul(features);
            return sums.concat(shares.sum(new int[] {2}, true), 2);
        });
    }
}
