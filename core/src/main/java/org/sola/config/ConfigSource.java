package org.sola.config;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * YAML that settings come from.
 *
 * @param name what messages call it
 * @param content opens it
 */
public record ConfigSource(String name, Opener content) {
    /** Opens a source. */
    @FunctionalInterface
    public interface Opener {
        InputStream open() throws IOException;
    }

    public static ConfigSource file(Path file) {
        return new ConfigSource(file.toString(), () -> Files.newInputStream(file));
    }

    /** A resource beside {@code anchor}, the usual place of defaults. */
    public static ConfigSource resource(Class<?> anchor, String resource) {
        return new ConfigSource(resource, () -> {
            var in = anchor.getResourceAsStream(resource);
            if (in == null) {
                throw new IOException("no such resource beside " + anchor.getName());
            }
            return in;
        });
    }
}
