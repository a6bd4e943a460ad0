package org.sola.precompute;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.sola.file.AtomicFile;

/** Whole files without waiting for the disk, which takes most of a test's time. */
class QuickDisk implements CacheFiles {
    @Override
    public void write(Path target, AtomicFile.Writer body) throws IOException {
        try (var out = Files.newOutputStream(target)) {
            body.write(out);
        }
    }

    @Override
    public void delete(Path file) throws IOException {
        Files.deleteIfExists(file);
    }
}
