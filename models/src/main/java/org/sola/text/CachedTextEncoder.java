package org.sola.text;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.zip.CRC32;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.sola.file.Sha256;
import org.sola.tensor.Safetensors;
import org.sola.tensor.SafetensorsException;
import org.sola.tensor.SafetensorsWriter;

/**
 * Keeps on disk what another encoder computed, so that an expression is encoded once for all runs: a safetensors file
 * an expression, in a folder named by the model's fingerprint. A file that is damaged or belongs to something else is
 * noted, computed again and replaced; a folder that cannot be written costs the cache, never the result.
 */
public final class CachedTextEncoder implements TextEncoder {
    private static final Logger LOG = LoggerFactory.getLogger(CachedTextEncoder.class);
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String ROWS = "tokens";
    private static final long REMEMBERED_BYTES = 64L << 20;

    private final TextEncoder encoder;
    private final String fingerprint;
    private final Path folder;
    private final RecentTokens recent = new RecentTokens(REMEMBERED_BYTES);

    private CachedTextEncoder(TextEncoder encoder, String fingerprint, Path folder) {
        this.encoder = encoder;
        this.fingerprint = fingerprint;
        this.folder = folder;
    }

    /** @param root holds a folder a model; closing the result closes {@code encoder} */
    public static CachedTextEncoder of(TextEncoder encoder, Path root) {
        String fingerprint = encoder.fingerprint();
        var folder = root.resolve(encoder.name() + "-" + Sha256.of(fingerprint).substring(0, 16));
        return new CachedTextEncoder(encoder, fingerprint, folder);
    }

    @Override
    public String name() {
        return encoder.name();
    }

    @Override
    public String fingerprint() {
        return fingerprint;
    }

    @Override
    public int dimension() {
        return encoder.dimension();
    }

    @Override
    public TextTokens encode(String expression) {
        return encodeAll(List.of(expression)).get(0);
    }

    @Override
    public synchronized List<TextTokens> encodeAll(List<String> expressions) {
        expressions.forEach(TextEncoder::requireVisible);
        return recent.all(expressions, this::readOrEncode);
    }

    @Override
    public Reading reading(String expression) {
        return encoder.reading(expression);
    }

    private List<TextTokens> readOrEncode(List<String> expressions) {
        var tokens = new ArrayList<TextTokens>();
        var missing = new ArrayList<String>();
        for (String expression : expressions) {
            read(expression).ifPresentOrElse(tokens::add, () -> missing.add(expression));
        }
        for (var made : encoder.encodeAll(missing)) {
            write(made);
            tokens.add(made);
        }
        return tokens;
    }

    /** Where the tokens of an expression lie. */
    Path file(String expression) {
        return folder.resolve(Sha256.of(expression).substring(0, 40) + ".safetensors");
    }

    private Optional<TextTokens> read(String expression) {
        var file = file(expression);
        if (!Files.exists(file)) {
            return Optional.empty();
        }
        try {
            return Optional.of(read(expression, file));
        } catch (IOException | SafetensorsException e) {
            LOG.warn("{}; the expression \"{}\" is encoded again", e.getMessage(), expression);
            return Optional.empty();
        }
    }

    private TextTokens read(String expression, Path file) throws IOException {
        var stored = Safetensors.open(file);
        var about = stored.metadata();
        if (!expression.equals(about.get("expression")) || !fingerprint.equals(about.get("fingerprint"))) {
            throw new IOException(file + " holds the tokens of something else");
        }
        List<String> pieces = JSON.readValue(about.getOrDefault("pieces", "[]"), new TypeReference<>() {});
        float[] rows = stored.floats(ROWS);
        long[] shape = stored.info(ROWS).dimensions();
        if (shape.length != 2 || shape[0] != pieces.size() || shape[1] != dimension()) {
            throw new IOException(
                    file + " has " + rows.length + " numbers for " + pieces.size() + " pieces of " + dimension());
        }
        if (!checksum(rows).equals(about.get("crc32"))) {
            throw new IOException(file + " is damaged, its checksum differs");
        }
        return new TextTokens(expression, pieces, dimension(), Boolean.parseBoolean(about.get("truncated")), rows);
    }

    private void write(TextTokens tokens) {
        var rows = new float[tokens.words() * tokens.dimension()];
        tokens.copyTo(rows, 0);
        try {
            new SafetensorsWriter()
                    .metadata("expression", tokens.expression())
                    .metadata("pieces", JSON.writeValueAsString(tokens.pieces()))
                    .metadata("truncated", Boolean.toString(tokens.truncated()))
                    .metadata("fingerprint", fingerprint)
                    .metadata("crc32", checksum(rows))
                    .add(ROWS, rows, tokens.words(), tokens.dimension())
                    .write(file(tokens.expression()));
        } catch (IOException e) {
            LOG.warn("text tokens are not kept: {}", e.getMessage());
        }
    }

    private static String checksum(float[] rows) {
        var bytes = ByteBuffer.allocate(4 * rows.length);
        bytes.asFloatBuffer().put(rows);
        var crc = new CRC32();
        crc.update(bytes.array());
        return Long.toHexString(crc.getValue());
    }

    @Override
    public void close() {
        encoder.close();
        recent.clear();
    }
}
