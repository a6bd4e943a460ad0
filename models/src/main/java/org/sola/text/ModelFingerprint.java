package org.sola.text;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import org.sola.config.Configs;

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
        var digest = sha256();
        digest.update(Configs.toYaml(config).getBytes(StandardCharsets.UTF_8));
        digest.update(tokenizer);
        try (var in = weights.open()) {
            var buffer = new byte[1 << 16];
            for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
                digest.update(buffer, 0, n);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("the weights of " + config.name() + " cannot be read", e);
        }
        return HexFormat.of().formatHex(digest.digest());
    }

    static String of(String text) {
        return HexFormat.of().formatHex(sha256().digest(text.getBytes(StandardCharsets.UTF_8)));
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }
}
