package org.sola.tensor;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The checksums of an archive's storages: each is compared once, before the first value of a tensor in it is handed out,
 * so that opening a file stays cheap and a file that was damaged on its way never gives wrong weights. May be used from
 * several threads.
 */
final class StorageChecks {
    private final NavigableMap<Long, Storage> storages = new TreeMap<>();
    private final Set<Long> sound = ConcurrentHashMap.newKeySet();

    private record Storage(String name, ZipDirectory.Entry entry) {}

    /** @param storages where the archive's storages lie, by the names of their entries */
    StorageChecks(Map<String, ZipDirectory.Entry> storages) {
        storages.forEach((name, entry) -> this.storages.put(entry.position(), new Storage(name, entry)));
    }

    /** Nothing to compare, as in the older container, which has no checksums. */
    static StorageChecks none() {
        return new StorageChecks(Map.of());
    }

    /** Refuses a storage whose bytes are not those that were written. */
    void require(Path path, StoredTensor tensor) throws IOException {
        var storage = storages.floorEntry(tensor.position());
        if (storage == null || tensor.bytes() == 0 || sound.contains(storage.getKey())) {
            return;
        }
        try (var file = TorchFile.open(path)) {
            storage.getValue().entry().requireSound(file, storage.getValue().name());
        }
        sound.add(storage.getKey());
    }
}
