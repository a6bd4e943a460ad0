package org.sola.tensor;

import java.util.List;

/**
 * Where and how a file holds a tensor.
 *
 * @param type element type
 * @param shape dimensions, outermost first; empty for a scalar
 * @param strides distance in elements between neighbours along each axis; 0 where one value serves a whole axis
 * @param position of the first element in the file, in bytes
 */
public record StoredTensor(ElementType type, List<Long> shape, List<Long> strides, long position) {
    public StoredTensor {
        shape = List.copyOf(shape);
        strides = List.copyOf(strides);
    }

    /** A tensor whose elements lie in row-major order without gaps. */
    static StoredTensor rowMajor(ElementType type, List<Long> shape, long position) {
        var strides = new Long[shape.size()];
        long stride = 1;
        for (int axis = strides.length - 1; axis >= 0; axis--) {
            strides[axis] = stride;
            stride *= shape.get(axis);
        }
        return new StoredTensor(type, shape, List.of(strides), position);
    }

    /** Number of elements. */
    public long elements() {
        return shape.stream().reduce(1L, (a, b) -> a * b);
    }

    /** Length in bytes of all elements in row-major order. */
    public long bytes() {
        return elements() * type.bytes();
    }

    /** The dimensions as DJL and loops like them. */
    public long[] dimensions() {
        return shape.stream().mapToLong(Long::longValue).toArray();
    }

    /** Whether the elements lie in row-major order without gaps, so that their bytes can be used as they are. */
    public boolean isRowMajor() {
        long expected = 1;
        for (int axis = shape.size() - 1; axis >= 0; axis--) {
            if (shape.get(axis) != 1 && strides.get(axis) != expected) {
                return elements() == 0;
            }
            expected *= shape.get(axis);
        }
        return true;
    }

    /** Bytes from the first element to the end of the last. */
    long span() {
        if (elements() == 0) {
            return 0;
        }
        long last = 0;
        for (int axis = 0; axis < shape.size(); axis++) {
            last += (shape.get(axis) - 1) * strides.get(axis);
        }
        return (last + 1) * type.bytes();
    }
}
