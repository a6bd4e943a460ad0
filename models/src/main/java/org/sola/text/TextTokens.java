package org.sola.text;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.List;

/** The text tokens of one expression: W word pieces, special ones included, of D numbers each. */
public final class TextTokens {
    private final String expression;
    private final List<String> pieces;
    private final int dimension;
    private final boolean truncated;
    private final float[] values;

    /**
     * @param expression what was encoded
     * @param pieces the word pieces that the rows stand for
     * @param dimension D
     * @param truncated whether the expression's end did not fit the model
     * @param values W * D numbers, a row a piece; not copied, so the caller must not change them
     */
    public TextTokens(String expression, List<String> pieces, int dimension, boolean truncated, float[] values) {
        if (values.length != pieces.size() * dimension) {
            throw new IllegalArgumentException(
                    values.length + " numbers for " + pieces.size() + " pieces of " + dimension);
        }
        this.expression = expression;
        this.pieces = List.copyOf(pieces);
        this.dimension = dimension;
        this.truncated = truncated;
        this.values = values;
    }

    public String expression() {
        return expression;
    }

    public List<String> pieces() {
        return pieces;
    }

    /** W, special tokens included. */
    public int words() {
        return pieces.size();
    }

    /** D. */
    public int dimension() {
        return dimension;
    }

    /** Whether the expression was longer than the model reads. */
    public boolean truncated() {
        return truncated;
    }

    /** (W, D), the caller closes it. */
    public NDArray toArray(NDManager manager) {
        return manager.create(values, new Shape(words(), dimension));
    }

    /** Writes the rows into {@code target} from {@code offset}: W * D numbers. */
    public void copyTo(float[] target, int offset) {
        System.arraycopy(values, 0, target, offset, values.length);
    }

    /** The mean of the rows, D numbers: the sentence as the alignment loss sees it. */
    public float[] pooled() {
        var mean = new float[dimension];
        for (int c = 0; c < dimension; c++) {
            double sum = 0;
            for (int w = 0; w < words(); w++) {
                sum += values[w * dimension + c];
            }
            mean[c] = (float) (sum / words());
        }
        return mean;
    }
}
