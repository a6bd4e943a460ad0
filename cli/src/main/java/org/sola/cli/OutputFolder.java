package org.sola.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.sola.file.AtomicFile;
import org.sola.file.Folders;

/**
 * The folder a command writes to. It is marked with what made it, so that the same command goes on in it, another one
 * does not, and files of the user's are never overwritten.
 */
final class OutputFolder {
    private static final String MARK = ".sola/made-by.json";
    private static final ObjectMapper JSON = new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);

    private OutputFolder() {}

    /**
     * Takes {@code folder} for {@code command}: a new or empty folder, or one that it made with the same settings.
     *
     * @param settings everything that changes what is written, as text
     */
    static void claim(Path folder, String command, Map<String, String> settings) throws IOException {
        var mark = folder.resolve(MARK);
        if (Files.isRegularFile(mark)) {
            requireSame(folder, mark, command, settings);
            return;
        }
        if (Files.exists(folder) && !Files.isDirectory(folder)) {
            throw new IllegalArgumentException(folder + " is a file; --out needs a folder");
        }
        if (Files.isDirectory(folder) && !Folders.isEmpty(folder)) {
            throw new IllegalArgumentException(
                    folder + " is not empty and was not made by 'sola " + command + "'; give another --out");
        }
        var document = new LinkedHashMap<String, Object>();
        document.put("command", command);
        document.put("version", Main.VERSION);
        document.put("settings", settings);
        AtomicFile.write(mark, out -> out.write(JSON.writeValueAsBytes(document)));
    }

    private static void requireSame(Path folder, Path mark, String command, Map<String, String> settings)
            throws IOException {
        String madeBy;
        Map<String, String> before = new LinkedHashMap<>();
        try {
            var tree = JSON.readTree(mark.toFile());
            madeBy = tree.path("command").asText();
            tree.path("settings")
                    .properties()
                    .forEach(each -> before.put(each.getKey(), each.getValue().asText()));
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException(mark + " is damaged; give another --out");
        }
        if (!madeBy.equals(command)) {
            throw new IllegalArgumentException(
                    folder + " was made by 'sola " + madeBy + "'; give another --out for 'sola " + command + "'");
        }
        List<String> differences = new ArrayList<>();
        var names = new TreeSet<>(settings.keySet());
        names.addAll(before.keySet());
        for (String name : names) {
            String here = settings.getOrDefault(name, "nothing");
            String there = before.getOrDefault(name, "nothing");
            if (!here.equals(there)) {
                differences.add(name + " is " + here + ", there it was " + there);
            }
        }
        if (!differences.isEmpty()) {
            throw new IllegalArgumentException(folder + " was made with other settings: "
                    + String.join("; ", differences) + "; give another --out, or --overwrite to make it anew");
        }
    }

    /** The settings that a folder was made with; none where it was not made by this program. */
    static Map<String, String> settings(Path folder) throws IOException {
        var settings = new LinkedHashMap<String, String>();
        var mark = folder.resolve(MARK);
        if (Files.isRegularFile(mark)) {
            JSON.readTree(mark.toFile())
                    .path("settings")
                    .properties()
                    .forEach(each -> settings.put(each.getKey(), each.getValue().asText()));
        }
        return settings;
    }

    /** Empties a folder that {@code command} made, whatever its settings, so that {@link #claim} starts anew. */
    static void discard(Path folder, String command) throws IOException {
        var mark = folder.resolve(MARK);
        if (!Files.isRegularFile(mark)) {
            return;
        }
        String madeBy = JSON.readTree(mark.toFile()).path("command").asText();
        if (!madeBy.equals(command)) {
            throw new IllegalArgumentException(folder + " was made by 'sola " + madeBy
                    + "'; --overwrite replaces only what 'sola " + command + "' made");
        }
        Folders.empty(folder);
    }
}
