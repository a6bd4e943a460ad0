package org.sola.tensor;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * Arrays in the engine's own, aligned memory. {@link NDManager#create(float[], Shape)} lends the engine a Java buffer,
 * with two traps. The buffer lies anywhere, and the last bits of a matrix product depend on that. And it lives only as
 * long as that one array is open: views of it, and what the engine keeps of it for a backward pass, then read freed
 * memory. What is viewed, kept or differentiated therefore comes from here.
 */
public final class EngineMemory {
    private EngineMemory() {}

    /** A copy of {@code values} as an int64 array of one axis that belongs to {@code manager}. */
    public static NDArray of(NDManager manager, long... values) {
        try (var lent = manager.create(values)) {
            return lent.duplicate();
        }
    }

    /** A copy of {@code values} as an array that belongs to {@code manager}. */
    public static NDArray of(NDManager manager, float[] values, Shape shape) {
        try (var lent = manager.create(values, shape)) {
            return lent.duplicate();
        }
    }

    /**
     * Puts {@code values} into the array's own memory, which others may share; {@code NDArray.set} would put a Java buffer
     * in its place.
     */
    public static void overwrite(NDArray array, float[] values) {
        try (var lent = array.getManager().create(values, array.getShape())) {
            lent.copyTo(array);
        }
    }

    /** A copy of little-endian float32 values that lie anywhere; it does not pass through the Java heap. */
    static NDArray ofFloats(NDManager manager, ByteBuffer values, Shape shape) {
        var aligned = ByteBuffer.allocateDirect(values.remaining()).order(ByteOrder.LITTLE_ENDIAN);
        aligned.put(values).flip();
        try (var lent = manager.create(aligned, shape, DataType.FLOAT32)) {
            return lent.duplicate();
        }
    }
}
