package org.sola.precompute;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.TreeMap;

/**
 * The manifest of one video's file set, written last: where it stands, the set is whole. It holds nothing that differs
 * between two runs over the same input; times and memory are in the {@link RunLog}.
 *
 * @param video id of the video
 * @param frames T
 * @param height rows of the video
 * @param width columns
 * @param tracks N
 * @param tokenDim D
 * @param origin how the tracks came about
 * @param fingerprint what made them
 * @param tokens the file of tokens and object scores
 * @param masks the file of masks
 */
public record CacheManifest(
        String video,
        int frames,
        int height,
        int width,
        int tracks,
        int tokenDim,
        Origin origin,
        Fingerprint fingerprint,
        Part tokens,
        Part masks) {
    private static final String FORMAT = "sola-token-cache";
    private static final int VERSION = 1;
    private static final ObjectMapper JSON = new ObjectMapper();

    /**
     * How a video's tracks came about.
     *
     * @param promptSources kinds of prompts that were asked for, comma-separated: {@code grid,truth}
     * @param prompts prompts that were found
     * @param encoderCalls frames that went through the image encoder
     * @param frameStamp changes when the video's frames do, or the boxes or captions that were taken with it
     */
    public record Origin(String promptSources, int prompts, long encoderCalls, String frameStamp) {}

    /**
     * A file of the set.
     *
     * @param bytes its length
     * @param sha256 its hash, in hexadecimal
     */
    public record Part(long bytes, String sha256) {}

    void write(OutputStream out) throws IOException {
        ObjectNode root = JSON.createObjectNode();
        root.put("format", FORMAT).put("version", VERSION).put("video", video);
        root.put("frames", frames).put("height", height).put("width", width);
        root.put("tracks", tracks).put("token_dim", tokenDim);
        root.put("prompt_sources", origin.promptSources()).put("prompts", origin.prompts());
        root.put("encoder_calls", origin.encoderCalls()).put("frame_stamp", origin.frameStamp());
        var print = root.putObject("fingerprint");
        print.put("digest", fingerprint.digest()).put("model", fingerprint.model());
        print.put("weights_sha256", fingerprint.weightsSha256());
        var settings = print.putObject("settings");
        fingerprint.settings().forEach(settings::put);
        var files = root.putObject("files");
        files.putObject("tokens").put("bytes", tokens.bytes()).put("sha256", tokens.sha256());
        files.putObject("masks").put("bytes", masks.bytes()).put("sha256", masks.sha256());
        var text = JSON.writerWithDefaultPrettyPrinter().writeValueAsString(root) + "\n";
        out.write(text.replace("\r\n", "\n").getBytes(StandardCharsets.UTF_8));
    }

    static CacheManifest read(Path file) throws IOException {
        JsonNode root;
        try {
            root = JSON.readTree(Files.readAllBytes(file));
        } catch (JsonProcessingException e) {
            throw new CacheException(
                    file, "is no JSON (" + e.getOriginalMessage() + "); delete it and run precompute again", e);
        }
        if (root == null || !FORMAT.equals(root.path("format").asText())) {
            throw new CacheException(file, "is no manifest of a token cache: its \"format\" is not \"" + FORMAT + "\"");
        }
        int version = root.path("version").asInt(-1);
        if (version > VERSION) {
            throw new CacheException(
                    file, "has format version " + version + ", this program knows up to " + VERSION + "; update it");
        }
        if (version < VERSION) {
            throw new CacheException(
                    file,
                    "has format version " + version + ", this program needs " + VERSION
                            + "; delete it and run precompute again");
        }
        var fields = new Fields(file, root);
        var print = root.path("fingerprint");
        var settings = new TreeMap<String, String>();
        print.path("settings")
                .properties()
                .forEach(e -> settings.put(e.getKey(), e.getValue().asText()));
        var manifest = new CacheManifest(
                fields.text("/video"),
                (int) fields.number("/frames"),
                (int) fields.number("/height"),
                (int) fields.number("/width"),
                (int) fields.number("/tracks"),
                (int) fields.number("/token_dim"),
                new Origin(
                        fields.text("/prompt_sources"),
                        (int) fields.number("/prompts"),
                        fields.number("/encoder_calls"),
                        fields.text("/frame_stamp")),
                new Fingerprint(
                        fields.text("/fingerprint/model"), fields.text("/fingerprint/weights_sha256"), settings),
                new Part(fields.number("/files/tokens/bytes"), fields.text("/files/tokens/sha256")),
                new Part(fields.number("/files/masks/bytes"), fields.text("/files/masks/sha256")));
        if (!manifest.fingerprint().digest().equals(fields.text("/fingerprint/digest"))) {
            throw new CacheException(
                    file,
                    "has a fingerprint that does not belong to its settings: it was edited; delete it and run"
                            + " precompute again");
        }
        return manifest;
    }

    /** Reads fields by JSON pointer and names the one that is missing or of the wrong kind. */
    private record Fields(Path file, JsonNode root) {
        String text(String pointer) {
            var node = root.at(pointer);
            if (!node.isTextual()) {
                throw wrong(pointer, "a text", node);
            }
            return node.asText();
        }

        long number(String pointer) {
            var node = root.at(pointer);
            if (!node.isIntegralNumber() || node.asLong() < 0) {
                throw wrong(pointer, "a whole number", node);
            }
            return node.asLong();
        }

        private CacheException wrong(String pointer, String expected, JsonNode found) {
            return new CacheException(
                    file,
                    "field " + pointer + ": expected " + expected + ", found "
                            + (found.isMissingNode() ? "nothing" : found) + "; delete it and run precompute again");
        }
    }
}
