package org.sola.cutie;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.NDScope;

/**
 * Everything of a frame that depends on no object: computed once, whatever is propagated through it and in whichever
 * direction. H x W is the padded frame, h = H/16, w = W/16; B is 1, or 2 where the mirrored frame is beside it. Whoever
 * made the features closes them.
 *
 * @param image (B, 3, H, W), normalised
 * @param pixFeat (B, pixelDim, h, w)
 * @param key (B, keyDim, h, w)
 * @param shrinkage (B, 1, h, w), at least 1: how sharply a memory of this place is told from its like
 * @param selection (B, keyDim, h, w), 0..1: which channels of the key count when this place reads
 * @param shared8 (B, decoderDims[0], H/8, W/8)
 * @param shared4 (B, decoderDims[1], H/4, W/4)
 */
public record CutieFeatures(
        NDArray image,
        NDArray pixFeat,
        NDArray key,
        NDArray shrinkage,
        NDArray selection,
        NDArray shared8,
        NDArray shared4)
        implements AutoCloseable {

    /** All arrays, in the order of the components. */
    NDList arrays() {
        return new NDList(image, pixFeat, key, shrinkage, selection, shared8, shared4);
    }

    /** The reverse of {@link #arrays}. */
    static CutieFeatures of(NDList arrays) {
        return new CutieFeatures(
                arrays.get(0),
                arrays.get(1),
                arrays.get(2),
                arrays.get(3),
                arrays.get(4),
                arrays.get(5),
                arrays.get(6));
    }

    /** Those of the frames {@code first} to below {@code end} of the batch, views of these. */
    public CutieFeatures rows(int first, int end) {
        var rows = new NDList();
        for (var array : arrays()) {
            rows.add(array.get(first + ":" + end));
        }
        return of(rows);
    }

    /** Takes the arrays out of the current scope: they live until they or {@code manager} are closed. */
    public CutieFeatures keep(NDManager manager) {
        for (var array : arrays()) {
            NDScope.unregister(array);
            array.attach(manager);
        }
        return this;
    }

    /** h, rows of the stride-16 map. */
    int height() {
        return (int) key.getShape().get(2);
    }

    /** w, columns of the stride-16 map. */
    int width() {
        return (int) key.getShape().get(3);
    }

    @Override
    public void close() {
        arrays().close();
    }
}
