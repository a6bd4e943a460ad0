package org.sola.infer;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.sola.file.AtomicFile;

/**
 * What a method's answers cost, as inference leaves it beside them: what is paid once for a video whatever its
 * expressions, and what every expression adds. Start-up and the loading of networks are not in it.
 *
 * @param method the method and its model
 * @param once what was paid once a video
 * @param videos what answering a video's expressions took, by id
 * @param peakResidentBytes most resident memory of the process that answered, 0 where the system does not say
 */
@JsonIgnoreProperties(ignoreUnknown = true)
public record MethodCost(String method, Once once, Map<String, Answered> videos, long peakResidentBytes) {
    private static final ObjectMapper JSON = new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);

    public MethodCost {
        videos = Collections.unmodifiableMap(new TreeMap<>(videos));
    }

    /**
     * Paid once for a video: tracks and object tokens. All 0 for a method without such a part.
     *
     * @param videos how many the other figures add up
     * @param seconds wall time
     * @param encoderCalls frames that went through the image encoder
     * @param cacheBytes size of what is kept
     * @param peakResidentBytes most resident memory
     */
    public record Once(int videos, double seconds, long encoderCalls, long cacheBytes, long peakResidentBytes) {
        /** Of a method that keeps nothing of a video. */
        public static final Once NOTHING = new Once(0, 0, 0, 0, 0);
    }

    /**
     * The answers to one video.
     *
     * @param expressions how many
     * @param seconds wall time of all, from tokens to written masks
     * @param encoderCalls frames that went through an image encoder for them
     */
    public record Answered(int expressions, double seconds, long encoderCalls) {}

    /** Where the costs of a folder of predictions lie. */
    public static Path fileIn(Path predictions) {
        return predictions.resolve(".sola").resolve("cost.json");
    }

    /** The costs that lie beside predictions; none where another program made them. */
    public static Optional<MethodCost> in(Path predictions) throws IOException {
        var file = fileIn(predictions);
        if (!Files.isRegularFile(file)) {
            return Optional.empty();
        }
        try {
            return Optional.of(JSON.readValue(Files.readAllBytes(file), MethodCost.class));
        } catch (JsonProcessingException e) {
            throw new IOException(
                    file + " is no record of costs (" + e.getOriginalMessage() + "); delete it, or run infer again", e);
        }
    }

    /** Writes it beside predictions, whole or not at all. */
    public void write(Path predictions) throws IOException {
        AtomicFile.write(fileIn(predictions), out -> out.write(JSON.writeValueAsBytes(this)));
    }

    /** Expressions that were answered. */
    public int expressions() {
        return videos.values().stream().mapToInt(Answered::expressions).sum();
    }

    /** Mean wall time of what is paid once for a video. */
    public double secondsPerVideo() {
        return once.videos() == 0 ? 0 : once.seconds() / once.videos();
    }

    /** Mean wall time that an expression adds. */
    public double secondsPerExpression() {
        int expressions = expressions();
        return expressions == 0
                ? 0
                : videos.values().stream().mapToDouble(Answered::seconds).sum() / expressions;
    }

    /** Mean image encodings that an expression adds. */
    public double encoderCallsPerExpression() {
        int expressions = expressions();
        return expressions == 0
                ? 0
                : (double) videos.values().stream()
                                .mapToLong(Answered::encoderCalls)
                                .sum()
                        / expressions;
    }

    /** Wall time of {@code expressions} on one mean video. */
    public double secondsFor(int expressions) {
        return secondsPerVideo() + expressions * secondsPerExpression();
    }

    /** As scripts read it: seconds and bytes. */
    public Map<String, Object> document() {
        var document = new LinkedHashMap<String, Object>();
        document.put("method", method);
        document.put("precompute_seconds", once.seconds());
        document.put("precompute_seconds_per_video", secondsPerVideo());
        document.put("seconds_per_expression", secondsPerExpression());
        document.put("expressions", expressions());
        document.put(
                "encoder_calls",
                once.encoderCalls()
                        + videos.values().stream()
                                .mapToLong(Answered::encoderCalls)
                                .sum());
        document.put("encoder_calls_per_expression", encoderCallsPerExpression());
        document.put("cache_bytes", once.cacheBytes());
        document.put("precompute_peak_rss", once.peakResidentBytes());
        document.put("peak_rss", peakResidentBytes);
        return document;
    }
}
