package org.sola.precompute;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import org.sola.file.AtomicFile;

/**
 * Removes what no finished video needs: temporaries of killed processes, tokens and masks without a manifest. Files that
 * the cache did not make are never touched. Not to be run while a precomputation writes to the same folder.
 */
public final class CacheGc {
    private CacheGc() {}

    /**
     * What was removed.
     *
     * @param files the files
     * @param bytes their size
     */
    public record Report(List<Path> files, long bytes) {}

    /** Deletes the leftovers of a cache; with {@code dryRun} only names them. */
    public static Report of(TokenCache cache, boolean dryRun) throws IOException {
        long bytes = 0;
        var files = leftovers(cache);
        for (var file : files) {
            bytes += Files.size(file);
            if (!dryRun) {
                Files.delete(file);
            }
        }
        return new Report(files, bytes);
    }

    static List<Path> leftovers(TokenCache cache) throws IOException {
        var done = new HashSet<>(cache.videoIds());
        try (var listing = Files.list(cache.folder())) {
            return listing.filter(path -> isLeftover(path.getFileName().toString(), done))
                    .sorted()
                    .toList();
        }
    }

    private static boolean isLeftover(String name, HashSet<String> done) {
        if (name.endsWith(AtomicFile.TEMPORARY_SUFFIX)) {
            var target = name.substring(0, name.length() - AtomicFile.TEMPORARY_SUFFIX.length());
            return FileSet.videoOfData(target).isPresent()
                    || FileSet.videoOfManifest(target).isPresent();
        }
        if (name.startsWith("frame-features-") && name.endsWith(".spill")) {
            return true; // of a process that was killed before it could hide it
        }
        return FileSet.videoOfData(name).filter(video -> !done.contains(video)).isPresent();
    }
}
