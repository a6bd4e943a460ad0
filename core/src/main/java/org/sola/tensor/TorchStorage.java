package org.sola.tensor;

/**
 * A run of elements outside of the pickle that tensors are views of.
 *
 * @param key its name in the container
 * @param type of its elements
 * @param elements how many the pickle announces
 * @param firstElement where it begins within the run called {@code key}; above 0 only in very old files
 */
record TorchStorage(String key, ElementType type, long elements, long firstElement) {
    /** Bytes that the run called {@code key} must have at the least. */
    long requiredBytes() {
        return Math.multiplyExact(Math.addExact(firstElement, elements), type.bytes());
    }
}
