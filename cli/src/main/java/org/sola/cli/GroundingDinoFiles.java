package org.sola.cli;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.sola.groundingdino.GroundingDinoConfig;
import org.sola.tensor.NearestNames;

/** The sizes of Grounding DINO by name: its files in {@code configs/models}. */
final class GroundingDinoFiles {
    private static final String PREFIX = "groundingdino";
    private static final String VOCABULARY = "bert-base-uncased";
    private static final String ENDING = ".yaml";

    private GroundingDinoFiles() {}

    /** Whether {@code name} means a Grounding DINO at all, known or not. */
    static boolean isName(String name) {
        return name.startsWith(PREFIX) && !name.contains("/") && !name.contains(".json");
    }

    static List<String> names() {
        try (var all = Files.list(ProjectHome.modelConfigs())) {
            return all.map(file -> file.getFileName().toString())
                    .filter(name -> name.startsWith(PREFIX) && name.endsWith(ENDING))
                    .map(name -> name.substring(0, name.length() - ENDING.length()))
                    .sorted()
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The checkpoint that is given, else the fetched one of that name. */
    static Path weights(Optional<Path> given, String name) throws IOException {
        if (given.isEmpty()) {
            return ModelCatalogue.open().checkpoint(name);
        }
        if (!Files.isRegularFile(given.get())) {
            throw new IllegalArgumentException(given.get() + " is not a file");
        }
        return given.get();
    }

    /** The folder of BERT's vocabulary that is given, else the fetched one. */
    static Path vocabulary(Optional<Path> given) {
        return given.orElseGet(() -> ModelCatalogue.open().folderOf(VOCABULARY));
    }

    /** The sizes called {@code name}, or those in the YAML file of this path. */
    static GroundingDinoConfig config(String name) {
        if (name.endsWith(ENDING)) {
            var file = Path.of(name);
            if (!Files.isRegularFile(file)) {
                throw new IllegalArgumentException(file + " is not a file");
            }
            return GroundingDinoConfig.read(file);
        }
        var names = names();
        if (!names.contains(name)) {
            throw new IllegalArgumentException("no Grounding DINO is called \"" + name + "\""
                    + NearestNames.hint(name, names) + "; there are: " + String.join(", ", names));
        }
        return GroundingDinoConfig.read(ProjectHome.modelConfigs().resolve(name + ENDING));
    }
}
