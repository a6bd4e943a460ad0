package org.sola.cutie;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import org.sola.tensor.Scalar;

/**
 * How alike a place and a memory are: {@code -s / sqrt(C) * sum_c e_c (m_c - q_c)^2} for the place's key q and selection
 * e and the memory's key m and shrinkage s (XMem's anisotropic L2). Multiplied out it is one product of two rows of
 * 2 C + 1 numbers, one of which each side can prepare once. L places, N memories, C key channels.
 */
final class Similarity {
    private Similarity() {}

    /** The reading side's rows: keys and selections (B, L, C) to (B, L, 2 C + 1). */
    static NDArray query(NDArray key, NDArray selection) {
        var product = key.mul(selection);
        var square = product.mul(key).sum(new int[] {2}, true);
        return NDArrays.concat(new NDList(product, selection, square), 2);
    }

    /** The memory's rows: keys (B, N, C) and shrinkage (B, N, 1) to (B, N, 2 C + 1). */
    static NDArray memory(NDArray key, NDArray shrinkage) {
        double channels = key.getShape().get(2);
        var scale = shrinkage.mul(Scalar.of(1 / Math.sqrt(channels)));
        return NDArrays.concat(
                new NDList(
                        key.mul(scale).mul(Scalar.of(2)),
                        key.square().mul(scale).neg(),
                        scale.neg()),
                2);
    }

    /** (B, L, 2 C + 1) and (B, N, 2 C + 1) to (B, L, N). */
    static NDArray of(NDArray query, NDArray memory) {
        return query.batchMatMul(memory.transpose(0, 2, 1));
    }
}
