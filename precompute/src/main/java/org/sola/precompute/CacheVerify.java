package org.sola.precompute;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import org.sola.file.Sha256;

/** Reads every byte of a cache and says what is wrong. */
public final class CacheVerify {
    private CacheVerify() {}

    /**
     * The outcome.
     *
     * @param sound ids of the videos of which every byte is as it was written
     * @param problems one line each, naming the file; empty for a sound cache
     */
    public record Report(List<String> sound, List<String> problems) {
        /** Whether nothing is wrong. */
        public boolean isSound() {
            return problems.isEmpty();
        }
    }

    /** Checks lengths, hashes, formats and that the files of a video belong together. */
    public static Report of(TokenCache cache) throws IOException {
        var sound = new ArrayList<String>();
        var problems = new ArrayList<String>();
        var fingerprints = new TreeSet<String>();
        for (var id : cache.videoIds()) {
            try {
                var manifest = cache.manifest(id);
                cache.read(id);
                var set = FileSet.of(cache.folder(), id);
                requireHash(set.tokens(), manifest.tokens());
                requireHash(set.masks(), manifest.masks());
                fingerprints.add(manifest.fingerprint().digest());
                sound.add(id);
            } catch (IOException | IllegalArgumentException e) {
                problems.add(e.getMessage());
            }
        }
        for (var path : CacheGc.leftovers(cache)) {
            problems.add(path + " belongs to no video that is done; run precompute again, or: sola cache gc "
                    + cache.folder());
        }
        if (fingerprints.size() > 1) {
            problems.add(cache.folder() + " holds videos of " + fingerprints.size() + " fingerprints ("
                    + String.join(", ", fingerprints) + "); make it anew with one model and one recipe");
        }
        return new Report(List.copyOf(sound), List.copyOf(problems));
    }

    private static void requireHash(Path file, CacheManifest.Part part) throws IOException {
        var found = Sha256.of(file);
        if (!found.equals(part.sha256())) {
            throw new CacheException(
                    file,
                    "has SHA-256 " + found + ", its manifest says " + part.sha256() + " (" + Files.size(file)
                            + " bytes): it is damaged; delete it and run precompute again");
        }
    }
}
