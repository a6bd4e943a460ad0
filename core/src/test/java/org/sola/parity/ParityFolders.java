package org.sola.parity;

import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Assumptions;

/**
 * Where parity cases are: a few small ones lie among the test resources, so that a lone clone tests something; the full
 * collection is in the folder of the system property {@code parity}.
 */
public final class ParityFolders {
    private ParityFolders() {}

    /** The full collection's file or folder of that name; the test is skipped, naming it, where it is absent. */
    public static Path full(String name) {
        Path path = Path.of(System.getProperty("parity", "../../shared/parity")).resolve(name);
        Assumptions.assumeTrue(Files.exists(path), () -> "no parity case at " + path.toAbsolutePath());
        return path;
    }

    /** Every copy of that file, the bundled extract first; the test is skipped, naming it, where there is none. */
    public static List<Path> all(String name) {
        var found = new ArrayList<Path>();
        var bundled = ParityFolders.class.getResource("/parity/" + name);
        try {
            if (bundled != null && bundled.getProtocol().equals("file")) {
                found.add(Path.of(bundled.toURI()));
            }
        } catch (URISyntaxException e) {
            throw new IllegalStateException("not a path: " + bundled, e);
        }
        Path external =
                Path.of(System.getProperty("parity", "../../shared/parity")).resolve(name);
        if (Files.exists(external)) {
            found.add(external);
        }
        Assumptions.assumeFalse(found.isEmpty(), () -> "no parity case " + name);
        return found;
    }
}
