package org.sola.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.sola.catalogue.Catalogue;
import org.sola.catalogue.CatalogueModel;
import org.sola.catalogue.ModelStore;
import org.sola.catalogue.Sums;
import org.sola.tensor.Checkpoint;
import org.sola.tensor.NearestNames;

/** The models that the program knows by name: those that ship, the published ones, and configurations alone. */
final class ModelCatalogue {
    private static final String SUMS = "SHA256SUMS";

    /** The text encoder that lies in an artifact on the class path. */
    static final String BUILT_IN = "all-minilm-l6-v2";

    private final Path checkpoints;
    private final Path configs;
    private final Catalogue published;
    private final ModelStore store;

    private ModelCatalogue(Path checkpoints, Path configs, Catalogue published, ModelStore store) {
        this.checkpoints = checkpoints;
        this.configs = configs;
        this.published = published;
        this.store = store;
    }

    static ModelCatalogue open() {
        var checkpoints = ProjectHome.checkpoints();
        return new ModelCatalogue(
                checkpoints,
                ProjectHome.modelConfigs(),
                Catalogue.read(checkpoints.resolve(Catalogue.FILE)),
                ModelStore.open());
    }

    /** Where the weights of a model are. */
    enum Place {
        /** With the project. */
        SHIP,
        /** In the user's folder, all of its files. */
        HERE,
        /** With their authors. */
        FETCH,
        /** Wherever the user has them. */
        YOURS;

        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /**
     * A model by name.
     *
     * @param place where its weights are
     * @param checkpoint its weights, when they are on this machine and a tensor file
     * @param published what is known of it, when its authors publish it
     * @param what one line on it, may be empty
     */
    record Entry(
            String name, Place place, Optional<Path> checkpoint, Optional<CatalogueModel> published, String what) {}

    /** All of them by name: those whose weights ship, the published ones, then configurations alone. */
    List<Entry> entries() throws IOException {
        var found = new LinkedHashMap<String, Entry>();
        for (var file : files(checkpoints, ".safetensors")) {
            String name = nameOf(file, ".safetensors");
            found.put(name, new Entry(name, Place.SHIP, Optional.of(file), Optional.empty(), comment(name)));
        }
        for (var model : published.models()) {
            found.putIfAbsent(
                    model.name(),
                    new Entry(model.name(), placeOf(model), readable(model), Optional.of(model), model.what()));
        }
        var read = published.models().stream().map(CatalogueModel::config).toList();
        for (var file : files(configs, ".yaml")) {
            String name = nameOf(file, ".yaml");
            if (!read.contains(name)) {
                var place = name.equals(BUILT_IN) ? Place.SHIP : Place.YOURS;
                found.putIfAbsent(name, new Entry(name, place, Optional.empty(), Optional.empty(), comment(name)));
            }
        }
        return List.copyOf(found.values());
    }

    /** The first line of a configuration says what it is of. */
    private String comment(String name) throws IOException {
        var file = configs.resolve(name + ".yaml");
        if (!Files.isRegularFile(file)) {
            return "";
        }
        try (var lines = Files.lines(file)) {
            String first = lines.findFirst().orElse("");
            return first.startsWith("#") ? first.replaceFirst("^#\\s*", "").replaceFirst("\\.$", "") : "";
        }
    }

    private Place placeOf(CatalogueModel model) {
        if (store.holds(model)) {
            return Place.HERE;
        }
        return model.isPublished() ? Place.FETCH : Place.YOURS;
    }

    /** The weights of a published model, when all of its files are here and a configuration reads them. */
    Optional<Path> readable(CatalogueModel model) {
        return model.config().isEmpty() ? Optional.empty() : store.checkpoint(model);
    }

    /** Whether a file is meant, not a name. */
    static boolean isFile(String nameOrFile) {
        return nameOrFile.contains("/") || nameOrFile.matches(".*\\.(safetensors|pt|pth|bin)");
    }

    /** The model called {@code name}. */
    Entry entry(String name) throws IOException {
        var entries = entries();
        return entries.stream()
                .filter(entry -> entry.name().equals(name))
                .findFirst()
                .orElseThrow(() -> {
                    var names = entries.stream().map(Entry::name).toList();
                    return new IllegalArgumentException("no model is called \"" + name + "\""
                            + NearestNames.hint(name, names) + "; 'sola models list' shows all");
                });
    }

    /** The published model called {@code name}. */
    CatalogueModel published(String name) throws IOException {
        var entry = entry(name);
        if (entry.place() == Place.SHIP) {
            throw new IllegalArgumentException(name + " ships with the project, there is nothing to fetch");
        }
        return entry.published()
                .orElseThrow(() -> new IllegalArgumentException(name
                        + " has a configuration here, but nobody publishes weights for it; give the path of yours to the"
                        + " command that reads them"));
    }

    /** The checkpoint called {@code nameOrFile}: a file as it is, else the one that ships or was fetched. */
    Path checkpoint(String nameOrFile) throws IOException {
        if (isFile(nameOrFile)) {
            var file = Path.of(nameOrFile);
            if (!Files.isRegularFile(file)) {
                throw new IllegalArgumentException(
                        file + " is not a file; 'sola models list' shows the names that are known");
            }
            return file;
        }
        var entry = entry(nameOrFile);
        if (entry.checkpoint().isPresent()) {
            return entry.checkpoint().get();
        }
        if (entry.place() == Place.SHIP) {
            throw new IllegalArgumentException(nameOrFile + " is part of the program and has no file of its own");
        }
        throw new IllegalArgumentException(entry.published()
                .map(this::absence)
                .orElse("the weights of " + nameOrFile
                        + " do not ship with the project; give the path of a checkpoint file instead"));
    }

    private String absence(CatalogueModel model) {
        if (store.holds(model)) {
            return model.name() + " is here, but no command reads it yet";
        }
        return model.name() + " (" + model.size() + ") is not on this machine: "
                + (model.isPublished()
                        ? "'sola models fetch " + model.name() + "' brings it to " + store.folder(model)
                        : "its authors do not publish it; if you have it, "
                                + store.instructions(model).replaceAll("\\s*\\R\\s*", " "))
                + "; or give the path of a checkpoint file instead";
    }

    /**
     * The folder with all files of a published model.
     *
     * @throws IllegalArgumentException if a file is missing, with what brings it
     */
    Path folderOf(String name) {
        var model = published.model(name);
        if (!store.holds(model)) {
            var missing = store.missing(model).stream().map(file -> file.name()).toList();
            throw new IllegalArgumentException(store.folder(model) + " has no " + String.join(" and no ", missing)
                    + "; 'sola models fetch " + name + "' brings what is missing (" + model.size() + ")");
        }
        return store.folder(model);
    }

    /** The published models, whether here or not. */
    List<CatalogueModel> published() {
        return published.models();
    }

    /** The configuration called {@code name}. */
    Path config(String name) {
        return configs.resolve(name + ".yaml");
    }

    /**
     * A model of a known size: its configuration and weights.
     *
     * @param name of its size
     */
    record SizedFiles(String name, Path config, Path checkpoint) {}

    /** The SAM 2 called {@code nameOrFile}; the size of a checkpoint file is told by its content. */
    SizedFiles sam2(String nameOrFile) throws IOException {
        return sized(nameOrFile, "sam2", "SAM 2");
    }

    /** The selector called {@code nameOrFile}; the size of a checkpoint file is told by its content. */
    SelectorFiles selector(String nameOrFile) throws IOException {
        var files = sized(nameOrFile, "selector", "selector");
        return new SelectorFiles(nameOrFile, files.config(), files.checkpoint(), Optional.empty());
    }

    private SizedFiles sized(String nameOrFile, String prefix, String what) throws IOException {
        var checkpoint = checkpoint(nameOrFile);
        String size = sizeOf(Checkpoint.open(checkpoint));
        var config = configs.resolve(size + ".yaml");
        if (!size.startsWith(prefix) || !Files.isRegularFile(config)) {
            throw new IllegalArgumentException(checkpoint + " is no " + what + " of a known size; 'sola models show "
                    + checkpoint + "' says what it is");
        }
        return new SizedFiles(size, config, checkpoint);
    }

    /** The name of the configuration that fits the tensors, or what they are instead. */
    String sizeOf(Checkpoint file) throws IOException {
        String identity = identify(file);
        int open = identity.indexOf('(');
        return open < 0 ? identity : identity.substring(open + 1, identity.length() - 1);
    }

    /** Which model the tensors are: what the file says of itself, else what names and shapes tell. */
    String identify(Checkpoint file) throws IOException {
        return new ModelIdentity(configs).of(file);
    }

    /** The sha256 that each shipped file should have, by file name. */
    Map<String, String> expectedSums() throws IOException {
        return Sums.read(checkpoints.resolve(SUMS));
    }

    /** The folder of the checkpoints that ship. */
    Path folder() {
        return checkpoints;
    }

    /** The fetched models. */
    ModelStore store() {
        return store;
    }

    static String nameOf(Path file, String ending) {
        String name = file.getFileName().toString();
        return name.substring(0, name.length() - ending.length());
    }

    static List<Path> files(Path folder, String ending) throws IOException {
        if (!Files.isDirectory(folder)) {
            return List.of();
        }
        try (var all = Files.list(folder)) {
            return new ArrayList<>(
                    all.filter(file -> file.getFileName().toString().endsWith(ending))
                            .sorted(Comparator.comparing(Path::getFileName))
                            .toList());
        }
    }
}
