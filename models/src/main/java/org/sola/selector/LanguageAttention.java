package org.sola.selector;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.index.NDIndex;
import org.sola.layer.Linear;
import org.sola.tensor.Kernels;
import org.sola.tensor.Precision;
import org.sola.tensor.Scalar;
import org.sola.tensor.Weights;

/**
 * Attention from every track and frame to the few language rows. E expressions, L = N * T' queries, S language rows, W of
 * them text, D channels, A = h * d channels in h heads.
 *
 * <p>Where there are many more queries than language rows, the projections of the queries and of the result are folded
 * into the rows: {@code (x Wq') k = x (Wq' k)} and {@code (p v) Wo' = p (v Wo')}, head by head. That is the same sum in
 * another order, with L (h S D) + W A D multiplications instead of L A (D + S).
 */
final class LanguageAttention {
    private final Attention attention;
    private final Linear qProj;
    private final Linear outProj;
    private final long heads;
    private final double dropout;
    private final Precision precision;

    private LanguageAttention(
            Attention attention, Linear qProj, Linear outProj, long heads, double dropout, Precision precision) {
        this.attention = attention;
        this.qProj = qProj;
        this.outProj = outProj;
        this.heads = heads;
        this.dropout = dropout;
        this.precision = precision;
    }

    static LanguageAttention of(SelectorConfig config, Weights weights, Precision precision) {
        int outer = config.langTokenDim();
        int inner = config.attentionDim();
        return new LanguageAttention(
                Attention.of(config, weights, precision),
                Linear.of(weights.at("q_proj"), outer, inner),
                Linear.of(weights.at("out_proj"), inner, outer),
                config.heads(),
                config.attentionDropout(),
                precision);
    }

    /** The projected queries of x (B, L, D), (B, h, L, d). */
    NDArray queries(NDArray x) {
        return attention.queries(x);
    }

    /** Attends from x (E, L, D) to the rows of each expression, to (E, L, D). */
    NDArray forward(NDArray x, LanguageRows language, boolean training) {
        if (!folds(x.getShape().get(1), language)) {
            return unfolded(attention.queries(x), language, training);
        }
        long e = language.expressions();
        long s = language.rows();
        var keys = language.joined(this::foldedKeys); // (E, h, S, D)
        var bias = language.joined(this::keyBias); // (E, h, S, 1)
        var products = precision
                .matMul(x, keys.reshape(e, heads * s, -1).transpose(0, 2, 1))
                .reshape(e, -1, heads, s)
                .add(bias.reshape(e, 1, heads, s));
        return merged(products, language, training);
    }

    /** The same for the E expressions of B videos, whose queries (B, h, L, d) are projected. */
    NDArray forwardShared(NDArray queries, LanguageRows language, boolean training) {
        var shape = queries.getShape();
        long e = language.expressions();
        long l = shape.get(2);
        long b = shape.get(0);
        if (!folds(l, language)) {
            var q = b == 1 ? queries.broadcast(e, shape.get(1), l, shape.get(3)) : language.ofVideos(queries);
            return unfolded(q, language, training);
        }
        var keys = scaled(language.joined(attention::keys)); // (E, h, S, d)
        if (b == 1) {
            return merged(products(queries.squeeze(0), keys), language, training);
        }
        var products = new NDList();
        int[] videos = language.videos();
        for (int from = 0; from < videos.length; ) {
            int to = from + 1;
            while (to < videos.length && videos[to] == videos[from]) {
                to++;
            }
            products.add(products(queries.get(videos[from]), keys.get(new NDIndex(from + ":" + to))));
            from = to;
        }
        return merged(NDArrays.concat(products), language, training);
    }

    /** Queries (h, L, d) of a video times keys (E, h, S, d) of its expressions, (E, L, h, S). */
    private NDArray products(NDArray queries, NDArray keys) {
        long e = keys.getShape().get(0);
        long s = keys.getShape().get(2);
        var columns = keys.transpose(1, 3, 0, 2).reshape(heads, -1, e * s);
        return precision.matMul(queries, columns).reshape(heads, -1, e, s).transpose(2, 1, 0, 3);
    }

    private boolean folds(long queries, LanguageRows language) {
        double outer = outProj.weight().getShape().get(0);
        double inner = outProj.weight().getShape().get(1);
        double s = language.rows();
        return queries * heads * s * outer + language.words() * inner * outer < queries * inner * (outer + s);
    }

    private NDArray unfolded(NDArray queries, LanguageRows language, boolean training) {
        return attention.masked(
                queries,
                language.joined(attention::keys),
                language.joined(attention::values),
                language.mask(),
                training);
    }

    /** Products (E, L, h, S) to the attended and projected rows (E, L, D). */
    private NDArray merged(NDArray products, LanguageRows language, boolean training) {
        long e = language.expressions();
        var values = language.joined(this::foldedValues); // (E, h, S, D)
        var shares = Kernels.maskedSoftmax(products, language.mask(), training ? dropout : 0);
        return precision
                .matMul(shares.reshape(e, -1, heads * language.rows()), values.reshape(e, heads * language.rows(), -1))
                .add(outProj.bias());
    }

    private NDArray scaled(NDArray keys) {
        return keys.mul(Scalar.of((float) (1 / Math.sqrt(keys.getShape().get(3)))));
    }

    /** Rows (B, R, D) to (B, h, R, D): per head the projected key, carried back through the queries' projection. */
    private NDArray foldedKeys(NDArray rows) {
        var weight = qProj.weight();
        return folded(
                scaled(attention.keys(rows)),
                weight.reshape(heads, -1, weight.getShape().get(1)));
    }

    /** What the queries' bias adds to the products of a row: (B, R, D) to (B, h, R, 1). */
    private NDArray keyBias(NDArray rows) {
        var bias = qProj.bias().reshape(1, heads, 1, -1);
        return scaled(attention.keys(rows)).mul(bias).sum(new int[] {3}, true);
    }

    /** Rows (B, R, D) to (B, h, R, D): per head the projected value, carried on through the last projection. */
    private NDArray foldedValues(NDArray rows) {
        var weight = outProj.weight(); // (D, A)
        return folded(
                attention.values(rows),
                weight.reshape(weight.getShape().get(0), heads, -1).transpose(1, 2, 0));
    }

    /** (B, h, R, d) times (h, d, D), one product a head whatever B. */
    private NDArray folded(NDArray perHead, NDArray matrices) {
        var shape = perHead.getShape();
        long b = shape.get(0);
        long h = shape.get(1);
        long r = shape.get(2);
        var rows = perHead.transpose(1, 0, 2, 3).reshape(h, b * r, shape.get(3));
        return precision.matMul(rows, matrices).reshape(h, b, r, -1).transpose(1, 0, 2, 3);
    }
}
