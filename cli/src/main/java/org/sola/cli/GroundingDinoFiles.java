package org.sola.cli;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.util.List;
import org.sola.groundingdino.GroundingDinoConfig;
import org.sola.tensor.NearestNames;

/** The sizes of Grounding DINO by name: its files in {@code configs/models}. */
final class GroundingDinoFiles {
    private static final String PREFIX = "groundingdino";
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

    static GroundingDinoConfig config(String name) {
        var names = names();
        if (!names.contains(name)) {
            throw new IllegalArgumentException("no Grounding DINO is called \"" + name + "\""
                    + NearestNames.hint(name, names) + "; there are: " + String.join(", ", names));
        }
        return GroundingDinoConfig.read(ProjectHome.modelConfigs().resolve(name + ENDING));
    }
}
