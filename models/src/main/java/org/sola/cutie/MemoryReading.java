package org.sola.cutie;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import org.sola.layer.Scoped;
import org.sola.tensor.Kernels;

/**
 * What places read from the memory: the mean of the values of the most similar tokens, weighed by a softmax. Similarities
 * are computed some rows of places at a time, so that they take the same memory however many tokens there are.
 */
final class MemoryReading {
    /** Similarities held at once, 4 MiB: what a cache holds from the product to the choice of the largest. */
    private static final long SIMILARITIES_AT_ONCE = 1L << 20;

    private MemoryReading() {}

    /**
     * @param values (B, L, V)
     * @param usage (B, N, 1), how much of all places' attention each token got; null where it was not asked for
     */
    record Result(NDArray values, NDArray usage) {}

    /**
     * @param query (B, L, D), see {@link Similarity#query}
     * @param memory (B, N, D), see {@link Similarity#memory}
     * @param values (B, N, V)
     * @param topK tokens that count; all of them where there are fewer
     */
    static Result read(NDArray query, NDArray memory, NDArray values, int topK, boolean countsUsage) {
        long batch = query.getShape().get(0);
        long places = query.getShape().get(1);
        long tokens = memory.getShape().get(1);
        int rows = (int) Math.max(1, Math.min(places, SIMILARITIES_AT_ONCE / tokens));
        var read = new NDList();
        var usage = new NDList();
        for (long b = 0; b < batch; b++) {
            var keys = memory.get(b).transpose(); // (D, N)
            var tokenValues = values.get(b);
            var queries = query.get(b);
            NDArray counts = null;
            for (long start = 0; start < places; start += rows) {
                String range = start + ":" + Math.min(places, start + rows);
                var part = Scoped.list(() -> {
                    var top = Kernels.largest(queries.get(range).matMul(keys), (int) Math.min(topK, tokens));
                    var shares = top.get(0).softmax(1);
                    var sums = Kernels.weightedRows(tokenValues, top.get(1), shares);
                    return countsUsage
                            ? new NDList(sums, Kernels.sumsAt(top.get(1), shares, tokens))
                            : new NDList(sums);
                });
                read.add(part.get(0));
                if (countsUsage) {
                    counts = counts == null ? part.get(1) : counts.add(part.get(1));
                }
            }
            if (countsUsage) {
                usage.add(counts);
            }
        }
        long width = values.getShape().get(2);
        var all = (read.size() == 1 ? read.get(0) : NDArrays.concat(read)).reshape(batch, places, width);
        return new Result(all, countsUsage ? NDArrays.stack(usage).reshape(batch, tokens, 1) : null);
    }
}
