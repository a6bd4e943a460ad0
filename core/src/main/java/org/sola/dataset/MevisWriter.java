package org.sola.dataset;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.sola.file.AtomicFile;
import org.sola.mask.Rle;

/** Writes the two JSON files of a split in the MeViS layout; annotation ids are given out in order from 0. */
public final class MevisWriter {
    private final Path root;
    private final Map<String, VideoEntry> videos = new LinkedHashMap<>();
    private final List<List<Rle>> annotations = new ArrayList<>();

    private record VideoEntry(List<String> frameNames, List<Sentence> sentences, int firstAnnotation) {}

    /**
     * A sentence of a video that is being written.
     *
     * @param text the sentence
     * @param kind its kind, "" to leave the field out
     * @param objects the objects it means, counted from 0 in the video
     */
    public record Sentence(String text, String kind, List<Integer> objects) {
        public Sentence {
            objects = List.copyOf(objects);
        }
    }

    public MevisWriter(Path root) {
        this.root = root;
    }

    /** Adds a video; {@code objects} holds one mask a frame for every object. */
    public void add(String id, List<String> frameNames, List<List<Rle>> objects, List<Sentence> sentences) {
        for (var masks : objects) {
            if (masks.size() != frameNames.size()) {
                throw new IllegalArgumentException(
                        "video " + id + ": " + masks.size() + " masks for " + frameNames.size() + " frames");
            }
        }
        var entry = new VideoEntry(List.copyOf(frameNames), List.copyOf(sentences), annotations.size());
        if (videos.putIfAbsent(id, entry) != null) {
            throw new IllegalArgumentException("video " + id + " was added twice");
        }
        objects.forEach(masks -> annotations.add(List.copyOf(masks)));
    }

    /** Writes {@code mask_dict.json}, then {@code meta_expressions.json}, each whole or not at all. */
    public void write() throws IOException {
        var factory = new ObjectMapper().getFactory();
        AtomicFile.write(root.resolve("mask_dict.json"), out -> {
            try (var json = factory.createGenerator(out)) {
                json.disable(JsonGenerator.Feature.AUTO_CLOSE_TARGET);
                writeMasks(json);
            }
        });
        AtomicFile.write(root.resolve("meta_expressions.json"), out -> {
            try (var json = factory.createGenerator(out)) {
                json.disable(JsonGenerator.Feature.AUTO_CLOSE_TARGET);
                writeMeta(json);
            }
        });
    }

    private void writeMasks(JsonGenerator json) throws IOException {
        json.writeStartObject();
        for (int i = 0; i < annotations.size(); i++) {
            json.writeArrayFieldStart(Integer.toString(i));
            for (var mask : annotations.get(i)) {
                if (mask.isEmpty()) {
                    json.writeNull();
                } else {
                    json.writeStartObject();
                    json.writeArrayFieldStart("size");
                    json.writeNumber(mask.height());
                    json.writeNumber(mask.width());
                    json.writeEndArray();
                    json.writeStringField("counts", mask.compressed());
                    json.writeEndObject();
                }
            }
            json.writeEndArray();
        }
        json.writeEndObject();
    }

    private void writeMeta(JsonGenerator json) throws IOException {
        json.writeStartObject();
        json.writeObjectFieldStart("videos");
        int number = 0;
        for (var video : videos.entrySet()) {
            var entry = video.getValue();
            json.writeObjectFieldStart(video.getKey());
            json.writeObjectFieldStart("expressions");
            for (int e = 0; e < entry.sentences().size(); e++) {
                var sentence = entry.sentences().get(e);
                json.writeObjectFieldStart(Integer.toString(e));
                json.writeStringField("exp", sentence.text());
                if (!sentence.kind().isEmpty()) {
                    json.writeStringField("kind", sentence.kind());
                }
                writeIds(json, "obj_id", sentence.objects(), 0);
                writeIds(json, "anno_id", sentence.objects(), entry.firstAnnotation());
                json.writeEndObject();
            }
            json.writeEndObject();
            json.writeNumberField("vid_id", number++);
            json.writeArrayFieldStart("frames");
            for (var name : entry.frameNames()) {
                json.writeString(name);
            }
            json.writeEndArray();
            json.writeEndObject();
        }
        json.writeEndObject();
        json.writeEndObject();
    }

    private static void writeIds(JsonGenerator json, String field, List<Integer> objects, int first)
            throws IOException {
        json.writeArrayFieldStart(field);
        for (int object : objects) {
            json.writeNumber(first + object);
        }
        json.writeEndArray();
    }
}
