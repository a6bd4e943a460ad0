package org.sola.tensor;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** Puts the elements of a strided tensor in row-major order. */
final class StridedCopy {
    private StridedCopy() {}

    /** A copy outside of the Java heap; {@code source} starts at the tensor's first element. */
    static ByteBuffer rowMajor(StoredTensor tensor, ByteBuffer source) {
        var target = ByteBuffer.allocateDirect((int) tensor.bytes()).order(ByteOrder.LITTLE_ENDIAN);
        copy(tensor, 0, source, 0, target);
        return target.flip();
    }

    private static void copy(StoredTensor tensor, int axis, ByteBuffer source, int at, ByteBuffer target) {
        if (axis == tensor.shape().size()) {
            element(tensor.type().bytes(), source, at, target);
            return;
        }
        long step = tensor.strides().get(axis) * tensor.type().bytes();
        for (long i = 0; i < tensor.shape().get(axis); i++) {
            copy(tensor, axis + 1, source, (int) (at + i * step), target);
        }
    }

    private static void element(int bytes, ByteBuffer source, int at, ByteBuffer target) {
        switch (bytes) {
            case 8 -> target.putLong(source.getLong(at));
            case 4 -> target.putInt(source.getInt(at));
            case 2 -> target.putShort(source.getShort(at));
            default -> target.put(source.get(at));
        }
    }
}
