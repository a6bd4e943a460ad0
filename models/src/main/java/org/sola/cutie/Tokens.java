package org.sola.cutie;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.NDScope;
import ai.djl.ndarray.types.Shape;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Memories of places, N of them; all arrays run along the same tokens.
 *
 * @param keys (B, N, C)
 * @param shrinkage (B, N, 1)
 * @param selection (B, N, C)
 * @param matching (B, N, 2 C + 1), keys and shrinkage as {@link Similarity#memory} takes them
 * @param values (B, N, K V), the objects' values side by side
 * @param uses (B, N, 1), attention got since it was memorised
 * @param reads (B, N, 1), how often the memory was read since
 */
record Tokens(
        NDArray keys,
        NDArray shrinkage,
        NDArray selection,
        NDArray matching,
        NDArray values,
        NDArray uses,
        NDArray reads) {
    /** Instead of a read count of zero, so that what was never read has a usage of zero. */
    private static final float UNREAD = 1e-7f;

    /** Fresh tokens. */
    static Tokens of(NDArray keys, NDArray shrinkage, NDArray selection, NDArray values) {
        var unused = shrinkage.zerosLike();
        return new Tokens(
                keys, shrinkage, selection, Similarity.memory(keys, shrinkage), values, unused, unused.add(UNREAD));
    }

    private static Tokens of(NDList arrays) {
        return new Tokens(
                arrays.get(0),
                arrays.get(1),
                arrays.get(2),
                arrays.get(3),
                arrays.get(4),
                arrays.get(5),
                arrays.get(6));
    }

    private NDList arrays() {
        return new NDList(keys, shrinkage, selection, matching, values, uses, reads);
    }

    long size() {
        return keys.getShape().get(1);
    }

    /** Tokens {@code from <= i < to}, as views. */
    Tokens slice(long from, long to) {
        String range = ":, " + from + ":" + to;
        return of(new NDList(arrays().stream().map(array -> array.get(range)).toList()));
    }

    /** Tokens of these numbers, which may differ from batch row to batch row: index (B, n), int64. */
    Tokens take(NDArray index) {
        return of(new NDList(arrays().stream().map(array -> take(array, index)).toList()));
    }

    private static NDArray take(NDArray array, NDArray index) {
        var shape = index.getShape();
        long width = array.getShape().get(2);
        return array.gather(index.expandDims(2).broadcast(new Shape(shape.get(0), shape.get(1), width)), 1);
    }

    /** One after the other. */
    static Tokens concat(List<Tokens> parts) {
        var lists = parts.stream().map(Tokens::arrays).toList();
        return of(new NDList(IntStream.range(0, lists.get(0).size())
                .mapToObj(i -> NDArrays.concat(
                        new NDList(lists.stream().map(list -> list.get(i)).toList()), 1))
                .toList()));
    }

    /** Mean attention a read, (B, N). */
    NDArray usage() {
        return uses.div(reads).squeeze(2);
    }

    /** The same tokens without the values of some objects. */
    Tokens withValues(NDArray fewer) {
        return new Tokens(keys, shrinkage, selection, matching, fewer, uses, reads);
    }

    /** The same in memory of their own. */
    Tokens copy() {
        return of(new NDList(arrays().stream().map(NDArray::duplicate).toList()));
    }

    /** Takes the arrays out of the current scope. */
    Tokens keep(NDManager manager) {
        for (var array : arrays()) {
            NDScope.unregister(array);
            array.attach(manager);
        }
        return this;
    }

    void close() {
        arrays().close();
    }
}
