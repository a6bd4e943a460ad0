package org.sola.text;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import org.sola.config.Configs;
import org.sola.file.Sha256;

/** What text tokens depend on, in one hash. */
final class ModelFingerprint {
    private ModelFingerprint() {}

    /** Opens the weights' bytes. */
    @FunctionalInterface
    interface Source {
        InputStream open() throws IOException;
    }

    /** SHA-256 of the configuration, the tokenizer and the weights. */
    static String of(TextModelConfig config, Source weights, byte[] tokenizer) {
        var digest = Sha256.digest();
        digest.update(Configs.toYaml(config).getBytes(StandardCharsets.UTF_8));
        digest.update(tokenizer);
        try (var in = weights.open()) {
            Sha256.update(digest, in);
        } catch (IOException e) {
            throw new UncheckedIOException("the weights of " + config.name() + " cannot be read", e);
        }
        return Sha256.hex(digest);
    }
}
