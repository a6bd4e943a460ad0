package org.sola.tensor;

import java.util.List;
import org.sola.pickle.PickleException;

/**
 * A tensor as a pickle describes it: a view of a storage. Every index it can reach lies within the storage.
 *
 * @param storage what it looks at
 * @param offset of its first element in the storage
 * @param shape dimensions, outermost first
 * @param strides distance in elements along each axis
 */
record TorchTensor(TorchStorage storage, long offset, List<Long> shape, List<Long> strides) {
    /** As many axes as torch allows. */
    static final int MAX_AXES = 64;

    TorchTensor {
        String place = "a tensor on storage " + storage.key() + " ";
        if (shape.size() != strides.size() || shape.size() > MAX_AXES) {
            throw new PickleException(place + "has " + shape.size() + " dimensions and " + strides.size() + " strides");
        }
        if (offset < 0) {
            throw new PickleException(place + "starts at element " + offset);
        }
        long elements = 1;
        long last = offset;
        try {
            for (int axis = 0; axis < shape.size(); axis++) {
                if (shape.get(axis) < 0 || strides.get(axis) < 0) {
                    throw new PickleException(place + "has the shape " + shape + " with the strides " + strides
                            + "; negative ones are never written");
                }
                elements = Math.multiplyExact(elements, Math.max(1, shape.get(axis)));
                long steps = Math.max(0, shape.get(axis) - 1);
                last = Math.addExact(last, Math.multiplyExact(steps, strides.get(axis)));
            }
            Math.multiplyExact(elements, Long.BYTES);
        } catch (ArithmeticException e) {
            throw new PickleException(place + "has a shape " + shape + " too large to count");
        }
        if (!shape.contains(0L) && last >= storage.elements()) {
            throw new PickleException(place + "of shape " + shape + ", strides " + strides + " and offset " + offset
                    + " reaches element " + last + ", the storage has " + storage.elements());
        }
        shape = List.copyOf(shape);
        strides = List.copyOf(strides);
    }

    /** The tensor in a file where the storage's run begins at byte {@code position}. */
    StoredTensor at(long position) {
        long first = shape.contains(0L) ? 0 : storage.firstElement() + offset;
        return new StoredTensor(
                storage.type(),
                shape,
                strides,
                position + first * storage.type().bytes());
    }
}
