package org.sola.precompute;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What precomputation cost, a JSON line a video, appended to {@code precompute.log} in the cache's folder: the figures
 * that differ from run to run and are therefore in no other file. Losing it loses nothing else.
 */
final class RunLog {
    static final String FILE_NAME = "precompute.log";

    private static final ObjectMapper JSON = new ObjectMapper();

    private final Path file;

    RunLog(Path folder) {
        file = folder.resolve(FILE_NAME);
    }

    /** The cost of one video; the last line of a video counts. */
    record Entry(TrackedVideo.Cost cost, long peakResidentBytes) {}

    /** Appends a line; one write, so that lines of several processes do not mix. */
    void append(String video, int frames, int tracks, TrackedVideo.Cost cost, long peakResidentBytes)
            throws IOException {
        var line = JSON.createObjectNode();
        line.put("video", video).put("frames", frames).put("tracks", tracks);
        line.put("seconds", cost.seconds()).put("encode_seconds", cost.encodeSeconds());
        line.put("prompt_seconds", cost.promptSeconds()).put("box_seconds", cost.boxSeconds());
        line.put("propagate_seconds", cost.propagateSeconds());
        line.put("peak_rss", peakResidentBytes);
        // A leading line feed parts this line from one that a killed process left unfinished.
        String text = (endsInsideLine() ? "\n" : "") + JSON.writeValueAsString(line) + "\n";
        try (var channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.APPEND)) {
            channel.write(ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8)));
        }
    }

    private boolean endsInsideLine() throws IOException {
        if (!Files.exists(file) || Files.size(file) == 0) {
            return false;
        }
        try (var access = new RandomAccessFile(file.toFile(), "r")) {
            access.seek(access.length() - 1);
            return access.read() != '\n';
        }
    }

    /** The last entry of every video; lines that cannot be read are left out. */
    Map<String, Entry> read() throws IOException {
        if (!Files.exists(file)) {
            return Map.of();
        }
        var entries = new LinkedHashMap<String, Entry>();
        for (String line : Files.readAllLines(file)) {
            try {
                JsonNode node = JSON.readTree(line);
                if (node != null && node.path("video").isTextual()) {
                    entries.put(
                            node.path("video").asText(),
                            new Entry(
                                    new TrackedVideo.Cost(
                                            node.path("seconds").asDouble(),
                                            node.path("encode_seconds").asDouble(),
                                            node.path("prompt_seconds").asDouble(),
                                            node.path("box_seconds").asDouble(),
                                            node.path("propagate_seconds").asDouble()),
                                    node.path("peak_rss").asLong()));
                }
            } catch (JsonProcessingException e) {
                continue; // the unfinished line of a killed process
            }
        }
        return Collections.unmodifiableMap(entries);
    }
}
