package org.sola.tensor;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.sola.pickle.PickleException;
import org.sola.pickle.PickleNames;
import org.sola.pickle.Unpickler;

/**
 * The container of torch before 1.6, one part after the other: pickles of a magic number, of the protocol's number, of
 * the writing machine's sizes, of what was saved, and of the list of storage keys; then for each key in the list's
 * order the count of elements (8 bytes) and the elements.
 */
final class OldTorchContainer {
    private static final Long PROTOCOL = 1001L;

    private final TorchFile file;
    private final ByteBuffer data;

    private OldTorchContainer(TorchFile file, ByteBuffer data) {
        this.file = file;
        this.data = data;
    }

    static TorchCheckpoint.Container read(TorchFile file) throws IOException {
        return new OldTorchContainer(file, file.map(0, file.size())).read();
    }

    private TorchCheckpoint.Container read() throws IOException {
        var names = new TorchNames();
        require(TorchCheckpoint.OLD_MAGIC.equals(pickle("the magic number", names)), "has no magic number");
        var protocol = pickle("the protocol's number", names);
        require(PROTOCOL.equals(protocol), "is of the container's protocol " + protocol + ", only 1001 is known");
        var machine = pickle("the machine's sizes", names);
        boolean isLittle = machine instanceof Map<?, ?> sizes && !Boolean.FALSE.equals(sizes.get("little_endian"));
        require(isLittle, "was written on a big-endian machine; save it again on another");
        int start = data.position();
        var content = pickle("what was saved", names);
        int end = data.position();
        var keys = pickle("the list of storages", names);
        return new TorchCheckpoint.Container(
                content, positions(keys, names.storages()), end - start, StorageChecks.none());
    }

    private Map<String, Long> positions(Object keys, Map<String, TorchStorage> storages) throws IOException {
        var positions = new HashMap<String, Long>();
        Set<String> missing = new HashSet<>(storages.keySet());
        long at = data.position();
        for (var key : keys instanceof List<?> list ? list : List.of()) {
            var storage = key instanceof String ? storages.get(key) : null;
            require(storage != null && missing.remove(key), "lists the storage " + key + ", which no tensor uses");
            String what = "storage " + key + " (" + storage.elements() + " elements of " + storage.type() + ")";
            long count = file.read(at, Long.BYTES, what).getLong();
            require(
                    count == storage.elements(),
                    "has " + Long.toUnsignedString(count) + " elements at byte " + at + " for " + what
                            + "; it is damaged");
            long bytes = storage.requiredBytes();
            require(
                    bytes <= file.size() - at - Long.BYTES,
                    "ends inside of " + what + ", " + bytes + " bytes from byte " + (at + Long.BYTES)
                            + ", the file has " + file.size() + "; it is truncated");
            positions.put(storage.key(), at + Long.BYTES);
            at += Long.BYTES + bytes;
        }
        require(
                missing.isEmpty(),
                "lacks the storages " + missing.stream().limit(3).toList());
        require(at == file.size(), "has " + (file.size() - at) + " bytes after its last storage; it is damaged");
        return positions;
    }

    private Object pickle(String what, PickleNames names) {
        try {
            return Unpickler.read(data, names);
        } catch (PickleException e) {
            throw new CheckpointException(file.path(), "(" + what + "), " + e.getMessage());
        }
    }

    private void require(boolean holds, String message) {
        if (!holds) {
            throw new CheckpointException(file.path(), message);
        }
    }
}
