package org.sola.tensor;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.sola.pickle.Attributes;
import org.sola.pickle.PickleException;
import org.sola.pickle.Tuple;

/**
 * Names the tensors of nested containers. A few bytes of a pickle can nest containers into themselves and share them
 * without end, so depth, entries and names are bounded by the pickle's own length.
 */
final class TensorTree {
    private static final int MAX_DEPTH = 64;
    private static final int CHARACTERS_PER_BYTE = 32;

    private final TorchCheckpoint.Container container;
    private final long fileBytes;
    private long entriesLeft;
    private long charactersLeft;

    TensorTree(TorchCheckpoint.Container container, long fileBytes) {
        this.container = container;
        this.fileBytes = fileBytes;
    }

    /** Every tensor at or below {@code root} by the keys that lead to it. */
    Map<String, StoredTensor> flatten(Object root, char separator) {
        entriesLeft = container.pickleBytes();
        charactersLeft = CHARACTERS_PER_BYTE * container.pickleBytes();
        var found = new LinkedHashMap<String, StoredTensor>();
        if (root instanceof TorchTensor tensor) {
            put(found, "tensor", tensor); // torch.save of a tensor alone: it has no name
        } else {
            visit(root, "", separator, 0, found);
        }
        return found;
    }

    private void visit(Object value, String prefix, char separator, int depth, Map<String, StoredTensor> found) {
        if (depth > MAX_DEPTH) {
            throw new PickleException("nests containers more than " + MAX_DEPTH + " deep, or into themselves");
        }
        if (value instanceof Map<?, ?> map) {
            map.forEach((key, item) -> enter(item, prefix + key, separator, depth, found));
        } else if (value instanceof Attributes module) {
            module.values().forEach((name, item) -> enter(item, prefix + name, separator, depth, found));
        } else if (value instanceof List<?> || value instanceof Tuple) {
            int index = 0;
            for (var item : value instanceof Tuple tuple ? tuple.items() : (List<?>) value) {
                enter(item, prefix + index, separator, depth, found);
                index++;
            }
        }
    }

    private void enter(Object item, String name, char separator, int depth, Map<String, StoredTensor> found) {
        entriesLeft--;
        charactersLeft -= name.length();
        if (entriesLeft < 0 || charactersLeft < 0) {
            throw new PickleException("shares containers so often that its tensors cannot be listed");
        }
        if (item instanceof TorchTensor tensor) {
            put(found, name, tensor);
        } else {
            visit(item, name + separator, separator, depth + 1, found);
        }
    }

    private void put(Map<String, StoredTensor> found, String name, TorchTensor tensor) {
        var stored = tensor.at(container.positions().get(tensor.storage().key()));
        if (stored.bytes() > fileBytes) {
            throw new PickleException("tensor \"" + name + "\" of shape " + stored.shape() + " and strides "
                    + stored.strides() + " unfolds to " + stored.bytes() + " bytes, more than the whole file");
        }
        if (found.putIfAbsent(name, stored) != null) {
            throw new PickleException("two tensors are called \"" + name + "\"");
        }
    }
}
