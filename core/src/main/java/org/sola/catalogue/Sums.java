package org.sola.catalogue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;
import org.sola.file.AtomicFile;

/** Hashes of the files of a folder by their names, in the form that {@code sha256sum} writes and checks. */
public final class Sums {
    private Sums() {}

    /** What {@code file} lists; nothing where there is no such file. */
    public static Map<String, String> read(Path file) throws IOException {
        var sums = new LinkedHashMap<String, String>();
        if (Files.isRegularFile(file)) {
            for (String line : Files.readAllLines(file)) {
                var parts = line.strip().split("\\s+\\*?", 2);
                if (parts.length == 2) {
                    sums.put(parts[1], parts[0]);
                }
            }
        }
        return sums;
    }

    static void write(Path file, Map<String, String> sums) throws IOException {
        var text = new StringBuilder();
        new TreeMap<>(sums)
                .forEach((name, sum) ->
                        text.append(sum).append("  ").append(name).append('\n'));
        AtomicFile.write(file, out -> out.write(text.toString().getBytes(StandardCharsets.UTF_8)));
    }
}
