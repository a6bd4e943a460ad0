package org.sola.precompute;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.sola.mask.Rle;
import org.sola.mask.RleException;

/**
 * The file of a video's masks: a JSON object with the video's frames and size, and a line a track whose {@code counts}
 * are COCO run lengths, one compressed text a frame. Written and read as a stream.
 */
final class MaskFile {
    private static final JsonFactory JSON = new JsonFactory();

    private MaskFile() {}

    /** What the file holds; the tracks have no object scores yet. */
    record Content(String video, int height, int width, List<String> frameNames, List<Row> tracks) {}

    /** A track without its object scores, which are in the file of tokens. */
    record Row(
            int id,
            String source,
            int promptFrame,
            double predictedIou,
            double stability,
            String expression,
            List<Rle> masks) {
        Track withScores(float[] objectScores) {
            return new Track(id, source, promptFrame, predictedIou, stability, expression, masks, objectScores);
        }
    }

    static void write(VideoTracks video, OutputStream out) throws IOException {
        try (var json = JSON.createGenerator(out)) {
            json.disable(JsonGenerator.Feature.AUTO_CLOSE_TARGET);
            json.writeStartObject();
            json.writeStringField("video", video.videoId());
            json.writeNumberField("height", video.height());
            json.writeNumberField("width", video.width());
            json.writeArrayFieldStart("frames");
            for (var name : video.frameNames()) {
                json.writeString(name);
            }
            json.writeEndArray();
            json.writeArrayFieldStart("tracks");
            for (var track : video.tracks()) {
                json.writeRaw('\n');
                write(track, json);
            }
            json.writeEndArray();
            json.writeEndObject();
            json.writeRaw('\n');
        }
    }

    private static void write(Track track, JsonGenerator json) throws IOException {
        json.writeStartObject();
        json.writeNumberField("id", track.id());
        json.writeStringField("source", track.source());
        json.writeNumberField("prompt_frame", track.promptFrame());
        json.writeNumberField("predicted_iou", track.predictedIou());
        json.writeNumberField("stability", track.stability());
        json.writeStringField("expression", track.expression());
        json.writeArrayFieldStart("counts");
        for (var mask : track.masks()) {
            json.writeString(mask.compressed());
        }
        json.writeEndArray();
        json.writeEndObject();
    }

    static Content read(Path file) throws IOException {
        try (var in = Files.newInputStream(file);
                var json = JSON.createParser(in)) {
            return new Reader(file, json).content();
        } catch (JsonProcessingException e) {
            throw new CacheException(
                    file,
                    "is damaged at line " + e.getLocation().getLineNr() + " (" + e.getOriginalMessage()
                            + "); delete it and run precompute again",
                    e);
        }
    }

    /** Reads the file's fields in any order, sizes before tracks. */
    private static final class Reader {
        private final Path file;
        private final JsonParser json;
        private String video = "";
        private int height;
        private int width;

        Reader(Path file, JsonParser json) {
            this.file = file;
            this.json = json;
        }

        Content content() throws IOException {
            List<String> frames = List.of();
            List<Row> tracks = List.of();
            expect(json.nextToken(), JsonToken.START_OBJECT);
            while (json.nextToken() == JsonToken.FIELD_NAME) {
                var field = json.currentName();
                json.nextToken();
                switch (field) {
                    case "video" -> video = json.getText();
                    case "height" -> height = json.getIntValue();
                    case "width" -> width = json.getIntValue();
                    case "frames" -> frames = texts();
                    case "tracks" -> tracks = tracks();
                    default -> throw new CacheException(file, "has an unknown field \"" + field + "\"");
                }
            }
            return new Content(video, height, width, frames, tracks);
        }

        private List<Row> tracks() throws IOException {
            var rows = new ArrayList<Row>();
            expect(json.currentToken(), JsonToken.START_ARRAY);
            while (json.nextToken() != JsonToken.END_ARRAY) {
                rows.add(track());
            }
            return rows;
        }

        private Row track() throws IOException {
            int id = -1;
            String source = "";
            int promptFrame = 0;
            double predictedIou = 0;
            double stability = 0;
            String expression = "";
            List<Rle> masks = List.of();
            expect(json.currentToken(), JsonToken.START_OBJECT);
            while (json.nextToken() == JsonToken.FIELD_NAME) {
                var field = json.currentName();
                json.nextToken();
                switch (field) {
                    case "id" -> id = json.getIntValue();
                    case "source" -> source = json.getText();
                    case "prompt_frame" -> promptFrame = json.getIntValue();
                    case "predicted_iou" -> predictedIou = json.getDoubleValue();
                    case "stability" -> stability = json.getDoubleValue();
                    case "expression" -> expression = json.getText();
                    case "counts" -> masks = masks(id);
                    default ->
                        throw new CacheException(file, "track " + id + " has an unknown field \"" + field + "\"");
                }
            }
            return new Row(id, source, promptFrame, predictedIou, stability, expression, masks);
        }

        private List<Rle> masks(int track) throws IOException {
            var masks = new ArrayList<Rle>();
            for (var counts : texts()) {
                try {
                    masks.add(Rle.ofCompressed(height, width, counts));
                } catch (RleException e) {
                    throw new CacheException(
                            file,
                            "track " + track + ", frame " + masks.size() + ": " + e.getMessage()
                                    + "; delete it and run precompute again",
                            e);
                }
            }
            return masks;
        }

        private List<String> texts() throws IOException {
            var texts = new ArrayList<String>();
            expect(json.currentToken(), JsonToken.START_ARRAY);
            while (json.nextToken() != JsonToken.END_ARRAY) {
                expect(json.currentToken(), JsonToken.VALUE_STRING);
                texts.add(json.getText());
            }
            return texts;
        }

        private void expect(JsonToken found, JsonToken expected) {
            if (found != expected) {
                throw new CacheException(
                        file,
                        "is damaged at line " + json.currentLocation().getLineNr() + ": expected " + expected
                                + ", found " + (found == null ? "the end" : found)
                                + "; delete it and run precompute again");
            }
        }
    }
}
