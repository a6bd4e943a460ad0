package org.sola.cutie;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Activation;
import java.util.ArrayList;
import java.util.List;
import org.sola.layer.Linear;
import org.sola.layer.Observer;
import org.sola.layer.Scoped;
import org.sola.tensor.Init;
import org.sola.tensor.Weights;

/**
 * Refines what was read pixel by pixel with what is known of each object as a whole. N = B K objects, Q queries, L = h w
 * pixels, E width.
 */
final class ObjectTransformer {
    private static final float HIDDEN = Float.NEGATIVE_INFINITY;
    private static final float AREA_EPSILON = 1e-4f;

    private final NDArray queryInit; // (Q, E)
    private final NDArray queryEmb; // (Q, E)
    private final Linear summaryToQueryInit;
    private final Linear summaryToQueryEmb;
    private final Convolution pixelInitProj;
    private final Convolution pixelEmbProj;
    private final SpatialPosition position;
    private final List<ObjectTransformerBlock> blocks = new ArrayList<>();
    private final List<Convolution> maskPred = new ArrayList<>();

    private ObjectTransformer(CutieConfig config, Weights weights, SpatialPosition position) {
        int e = config.embedDim();
        int queries = config.objectTransformer().queries();
        queryInit = weights.get("query_init.weight", Init.normal(1), queries, e);
        queryEmb = weights.get("query_emb.weight", Init.normal(1), queries, e);
        summaryToQueryInit = Linear.of(weights.at("summary_to_query_init"), e, e);
        summaryToQueryEmb = Linear.of(weights.at("summary_to_query_emb"), e, e);
        pixelInitProj = Convolution.of(weights.at("pixel_init_proj"), e, e, 1);
        pixelEmbProj = Convolution.of(weights.at("pixel_emb_proj"), e, e, 1);
        this.position = position;
        int count = config.objectTransformer().blocks();
        for (int i = 0; i < count; i++) {
            blocks.add(ObjectTransformerBlock.of(config, weights.at("blocks").at(i)));
        }
        for (int i = 0; i <= count; i++) {
            maskPred.add(Convolution.of(weights.at("mask_pred").at(i).at(1), e, 1, 1));
        }
    }

    /** @param weights below {@code object_transformer} */
    static ObjectTransformer of(CutieConfig config, Weights weights, SpatialPosition position) {
        return new ObjectTransformer(config, weights, position);
    }

    /**
     * @param readout (N, E, h, w)
     * @param summaries (N, Q, E + 1), added up over the memorised frames
     * @param objects K, objects of a frame, which compete for its pixels
     * @return (N, E, h, w)
     */
    NDArray forward(NDArray readout, NDArray summaries, long objects, Observer observer) {
        return Scoped.array(() -> {
            var shape = readout.getShape();
            int h = (int) shape.get(2);
            int w = (int) shape.get(3);
            var sums = summaries.get(":, :, :-1");
            var known = sums.div(summaries.get(":, :, -1:").add(AREA_EPSILON));
            var query = summaryToQueryInit.forward(known).add(queryInit);
            var queryPosition = summaryToQueryEmb.forward(known).add(queryEmb);
            var pixel = pixelInitProj.forward(readout);
            var pixelPosition = Convolution.rows(pixelEmbProj.forward(readout)).add(position.at(h, w)); // (N, L, E)
            observer.see("query_init", query);
            observer.see("query_emb", queryPosition);
            observer.see("pixel_init", pixel);
            observer.see("pixel_pe", pixelPosition);
            for (int i = 0; i < blocks.size(); i++) {
                var logits = maskLogits(i, pixel, objects);
                observer.see("aux_logits_" + i, logits);
                var seen = seen(logits);
                observer.see("attn_mask_" + i, seen);
                var rows = Convolution.rows(pixel);
                query = blocks.get(i).readPixels(query, queryPosition, rows, pixelPosition, seen);
                pixel = blocks.get(i).readQueries(rows, pixelPosition, query, queryPosition, h, w);
                observer.see("query_block_" + i, query);
                observer.see("pixel_block_" + i, pixel);
            }
            return pixel;
        });
    }

    /**
     * What the pixels say of the masks before block {@code i}, or after the last one: only training asks for that.
     *
     * @param pixel (N, E, h, w)
     * @return (B, K, h, w)
     */
    NDArray maskLogits(int i, NDArray pixel, long objects) {
        var shape = pixel.getShape();
        return maskPred.get(i)
                .forward(Activation.relu(pixel))
                .reshape(shape.get(0) / objects, objects, shape.get(2), shape.get(3));
    }

    /**
     * Which pixels each query sees: the first half the object's, the others the rest; all, where there is nothing to see.
     *
     * @param logits (B, K, h, w)
     * @return (N, 1, Q, L), 0 or minus infinity
     */
    private NDArray seen(NDArray logits) {
        var shape = logits.getShape();
        long n = shape.get(0) * shape.get(1);
        long half = queryInit.getShape().get(0) / 2;
        var own = Aggregate.isForeground(logits.stopGradient()).reshape(n, 1, 1, -1);
        var rest = own.neg().add(1);
        var sight = new Shape(n, 1, half, shape.get(2) * shape.get(3));
        var both = NDArrays.concat(
                new NDList(allIfNone(own).broadcast(sight), allIfNone(rest).broadcast(sight)), 2);
        return NDArrays.where(both.gt(0), both.zerosLike(), both.zerosLike().add(HIDDEN));
    }

    /** (N, 1, 1, L): what is seen, or everything. */
    private static NDArray allIfNone(NDArray seen) {
        return seen.maximum(seen.max(new int[] {3}, true).neg().add(1));
    }
}
