package org.sola.catalogue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * The published models that are on this machine: {@code models/NAME/} below a folder of the user's, with the files as
 * published and a lock file of their hashes.
 */
public final class ModelStore {
    /** The environment variable that names the folder. */
    public static final String VARIABLE = "SOLA_HOME";

    /** The system property that names it instead, for programs that use the library. */
    public static final String PROPERTY = "sola.cache";

    /** The hashes that the files of a model had when they were first seen; {@code sha256sum -c} reads it. */
    public static final String LOCK = "sha256.lock";

    private final Path root;

    private ModelStore(Path root) {
        this.root = root;
    }

    /** Where {@value #PROPERTY} or {@value #VARIABLE} say, else the user's cache folder; nothing is made. */
    public static ModelStore open() {
        String named = System.getProperty(PROPERTY, "");
        return at(named.isBlank() ? defaultHome(System.getenv(), System.getProperty("os.name")) : Path.of(named));
    }

    /** @param home the folder that holds {@code models/} */
    public static ModelStore at(Path home) {
        return new ModelStore(home.resolve("models"));
    }

    /** @param folder holds a folder a model */
    public static ModelStore in(Path folder) {
        return new ModelStore(folder);
    }

    static Path defaultHome(Map<String, String> environment, String system) {
        String named = environment.getOrDefault(VARIABLE, "");
        if (!named.isBlank()) {
            return Path.of(named).toAbsolutePath();
        }
        var home = Path.of(System.getProperty("user.home"));
        String name = system.toLowerCase(Locale.ROOT);
        if (name.startsWith("mac")) {
            return home.resolve("Library/Caches/sola");
        }
        if (name.startsWith("windows")) {
            return Path.of(environment.getOrDefault(
                            "LOCALAPPDATA", home.resolve("AppData/Local").toString()))
                    .resolve("sola");
        }
        String caches = environment.getOrDefault("XDG_CACHE_HOME", "");
        // a relative one is to be ignored (XDG base directory specification)
        return (caches.startsWith("/") ? Path.of(caches) : home.resolve(".cache")).resolve("sola");
    }

    /** Holds a folder a model. */
    public Path root() {
        return root;
    }

    /** Where the files of a model lie, or would. */
    public Path folder(CatalogueModel model) {
        return root.resolve(model.name());
    }

    public Path file(CatalogueModel model, PublishedFile file) {
        return folder(model).resolve(file.name());
    }

    /** The files of a model that are not here. */
    public List<PublishedFile> missing(CatalogueModel model) {
        return model.files().stream()
                .filter(file -> !Files.isRegularFile(file(model, file)))
                .toList();
    }

    /** Whether all files of a model are here. */
    public boolean holds(CatalogueModel model) {
        return missing(model).isEmpty();
    }

    /** The weights of a model, when all of its files are here. */
    public Optional<Path> checkpoint(CatalogueModel model) {
        return holds(model) ? Optional.of(file(model, model.checkpoint())) : Optional.empty();
    }

    /** The hashes of a model's files when they were first seen. */
    public Map<String, String> lock(CatalogueModel model) throws IOException {
        return Sums.read(folder(model).resolve(LOCK));
    }

    void record(CatalogueModel model, String file, String sha256) throws IOException {
        var sums = new LinkedHashMap<>(lock(model));
        if (!sha256.equals(sums.put(file, sha256))) {
            Sums.write(folder(model).resolve(LOCK), sums);
        }
    }

    /** What to get where, for people whose machine has no network. */
    public String instructions(CatalogueModel model) {
        var text = new StringBuilder("put into ").append(folder(model)).append(":");
        for (var file : missing(model)) {
            text.append(String.format("%n  %s (%s)", file.name(), file.size()));
            text.append(
                    file.urls().isEmpty()
                            ? ", which its authors do not publish"
                            : " from " + file.urls().get(0));
        }
        return text.toString();
    }
}
