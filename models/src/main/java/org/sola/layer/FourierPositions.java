package org.sola.layer;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import org.sola.tensor.EngineMemory;
import org.sola.tensor.Init;
import org.sola.tensor.Scalar;
import org.sola.tensor.Weights;

/** Random Fourier features of places in an image, as both versions of SAM use them. C channels. */
public final class FourierPositions {
    private final NDArray gaussianMatrix; // (2, C/2), row 0 for x; drawn once, never trained

    private FourierPositions(NDArray gaussianMatrix) {
        this.gaussianMatrix = gaussianMatrix;
    }

    /** @param weights below {@code prompt_encoder.pe_layer} */
    public static FourierPositions of(Weights weights, long channels) {
        return new FourierPositions(
                weights.get("positional_encoding_gaussian_matrix", Init.normal(1), 2, channels / 2));
    }

    /** Places in 0..1, x before y: (.., 2) to (.., C), sines then cosines. */
    public NDArray encode(NDArray places) {
        var angles = places.mul(Scalar.of(2)).sub(1f).matMul(gaussianMatrix).mul(Scalar.of(2 * Math.PI));
        return angles.sin().concat(angles.cos(), -1);
    }

    /** The code of every cell's centre of a square map, (1, C, side, side); channels last in memory. */
    public NDArray map(int side) {
        var centres = new float[side * side * 2];
        for (int i = 0; i < side * side; i++) {
            centres[2 * i] = (i % side + 0.5f) / side;
            centres[2 * i + 1] = (i / side + 0.5f) / side;
        }
        var grid = EngineMemory.of(gaussianMatrix.getManager(), centres, new Shape(side * side, 2));
        return encode(grid).reshape(1, side, side, -1).transpose(0, 3, 1, 2);
    }
}
