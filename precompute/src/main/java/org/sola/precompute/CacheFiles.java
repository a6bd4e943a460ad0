package org.sola.precompute;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.sola.file.AtomicFile;

/** The two changes that the cache makes to the disk; tests put a failing disk in their place. */
interface CacheFiles {
    CacheFiles DISK = new CacheFiles() {
        @Override
        public void write(Path target, AtomicFile.Writer body) throws IOException {
            AtomicFile.write(target, body);
        }

        @Override
        public void delete(Path file) throws IOException {
            Files.deleteIfExists(file);
        }
    };

    /** Makes or replaces a file, whole or not at all. */
    void write(Path target, AtomicFile.Writer body) throws IOException;

    /** Deletes a file if it is there. */
    void delete(Path file) throws IOException;
}
