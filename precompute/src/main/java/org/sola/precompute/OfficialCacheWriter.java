package org.sola.precompute;

import com.fasterxml.jackson.core.JsonEncoding;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import org.sola.file.AtomicFile;
import org.sola.mask.RleJson;

/** Writes videos as an {@link OfficialCache} that the published training reads. */
public final class OfficialCacheWriter {
    private static final JsonFactory JSON = new JsonFactory();

    private final OfficialCache official;

    public OfficialCacheWriter(OfficialCache official) {
        this.official = official;
    }

    /** How well a track covers each annotated object: what the published training cuts its labels from. */
    public record Overlaps(Map<String, Double> precision, Map<String, Double> recall, Map<String, Double> iou) {
        public Overlaps {
            precision = Map.copyOf(precision);
            recall = Map.copyOf(recall);
            iou = Map.copyOf(iou);
        }
    }

    /** Gives the overlaps of the track in a row of a video. */
    @FunctionalInterface
    public interface OverlapSource {
        /** The overlaps of the track in {@code row}, or none where nothing is annotated. */
        java.util.Optional<Overlaps> of(VideoTracks video, int row);
    }

    /** Writes all tracks of a video, numbered in their order within each kind and expression; returns their number. */
    public int write(VideoTracks video, OverlapSource overlaps) throws IOException {
        var numbers = new HashMap<String, Integer>();
        for (int row = 0; row < video.tracks().size(); row++) {
            var track = video.tracks().get(row);
            int number = numbers.merge(track.source() + "/" + track.expression(), 1, Integer::sum) - 1;
            var files = official.target(
                    track.source(),
                    video.videoId(),
                    track.source().equals(Track.BOX) ? folderOf(video, track) : "",
                    String.format(Locale.ROOT, "%05d", number));
            Files.createDirectories(files.tokens().getParent());
            Files.createDirectories(files.masks().getParent());
            var matrix = new NpyFile.Matrix(video.frames(), video.tokenDim(), tokens(video, row));
            AtomicFile.write(files.tokens(), out -> NpyFile.write(matrix, out));
            var found = overlaps.of(video, row);
            AtomicFile.write(files.masks(), out -> write(track, number, found, out));
        }
        return video.tracks().size();
    }

    /** Detector tracks lie below the expression that they are for. */
    private static String folderOf(VideoTracks video, Track track) {
        if (track.expression().isEmpty()) {
            throw new IllegalArgumentException("video " + video.videoId() + ", track " + track.id()
                    + ": a detector's track for all expressions has no place in the published layout");
        }
        return track.expression();
    }

    private static float[] tokens(VideoTracks video, int row) {
        int length = video.frames() * video.tokenDim();
        return java.util.Arrays.copyOfRange(video.tokens(), row * length, (row + 1) * length);
    }

    private static void write(Track track, int number, java.util.Optional<Overlaps> overlaps, OutputStream out)
            throws IOException {
        try (var json = JSON.createGenerator(out, JsonEncoding.UTF8)) {
            json.disable(JsonGenerator.Feature.AUTO_CLOSE_TARGET);
            json.writeStartObject();
            json.writeNumberField("anno_id", number);
            json.writeArrayFieldStart("rle");
            for (var mask : track.masks()) {
                RleJson.write(json, mask);
            }
            json.writeEndArray();
            json.writeStringField("prompt_type", track.source().equals(Track.TRUTH) ? "GT MASK" : "SAM2 AMG MASK");
            if (overlaps.isPresent()) {
                write(json, "precision", overlaps.get().precision());
                write(json, "recall", overlaps.get().recall());
                write(json, "iou", overlaps.get().iou());
            }
            json.writeEndObject();
        }
    }

    private static void write(JsonGenerator json, String field, Map<String, Double> values) throws IOException {
        json.writeObjectFieldStart(field);
        for (var entry : new java.util.TreeMap<>(values).entrySet()) {
            json.writeNumberField(entry.getKey(), entry.getValue());
        }
        json.writeEndObject();
    }
}
