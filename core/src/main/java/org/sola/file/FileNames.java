package org.sola.file;

import java.nio.file.Path;

/** Names of files. */
public final class FileNames {
    private FileNames() {}

    /** The last part of {@code file} without what follows its last dot; a dot at the beginning does not count. */
    public static String withoutEnding(Path file) {
        String name = file.getFileName().toString();
        int dot = name.lastIndexOf('.');
        return dot > 0 ? name.substring(0, dot) : name;
    }
}
