package org.sola.cli;

import java.nio.file.Files;
import java.nio.file.Path;

/** The folder the project lies in, whose configurations and shipped checkpoints the commands use. */
final class ProjectHome {
    private ProjectHome() {}

    /** The launcher names it; otherwise the nearest folder above the working directory that holds {@code configs}. */
    static Path path() {
        String named = System.getProperty("sola.home");
        if (named != null) {
            return Path.of(named);
        }
        for (var folder = Path.of("").toAbsolutePath(); folder != null; folder = folder.getParent()) {
            if (Files.isDirectory(folder.resolve("configs/models"))) {
                return folder;
            }
        }
        throw new IllegalArgumentException("the project's folder was not found above "
                + Path.of("").toAbsolutePath() + "; start with its launcher ./sola or give -Dsola.home=FOLDER");
    }

    static Path checkpoints() {
        return path().resolve("checkpoints");
    }

    static Path modelConfigs() {
        return path().resolve("configs/models");
    }
}
