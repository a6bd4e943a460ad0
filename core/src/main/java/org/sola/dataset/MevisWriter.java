package org.sola.dataset;

import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.sola.file.AtomicFile;
import org.sola.file.AtomicOutput;
import org.sola.mask.Rle;
import org.sola.mask.RleJson;

/**
 * Writes the two JSON files of a split in the MeViS layout; annotation ids are given out in order from 0. Masks go to
 * disk as videos are added, so memory does not grow with them. Both files appear with {@link #write}; closed before
 * that, nothing is left. The same calls give the same bytes.
 */
public final class MevisWriter implements AutoCloseable {
    private final Path root;
    private final Map<String, VideoEntry> videos = new LinkedHashMap<>();
    private AtomicOutput maskFile;
    private JsonGenerator masks;
    private int annotations;

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
    public void add(String id, List<String> frameNames, List<List<Rle>> objects, List<Sentence> sentences)
            throws IOException {
        for (String name : frameNames) {
            requireSafeName(name);
        }
        requireSafeName(id);
        for (var objectMasks : objects) {
            if (objectMasks.size() != frameNames.size()) {
                throw new IllegalArgumentException(
                        "video " + id + ": " + objectMasks.size() + " masks for " + frameNames.size() + " frames");
            }
        }
        for (var sentence : sentences) {
            for (int object : sentence.objects()) {
                if (object < 0 || object >= objects.size()) {
                    throw new IllegalArgumentException("video " + id + ": \"" + sentence.text() + "\" means object "
                            + object + " of " + objects.size());
                }
            }
        }
        var entry = new VideoEntry(List.copyOf(frameNames), List.copyOf(sentences), annotations);
        if (videos.putIfAbsent(id, entry) != null) {
            throw new IllegalArgumentException("video " + id + " was added twice");
        }
        begin();
        for (var objectMasks : objects) {
            masks.writeArrayFieldStart(Integer.toString(annotations++));
            for (var mask : objectMasks) {
                if (mask.isEmpty()) {
                    masks.writeNull();
                } else {
                    RleJson.write(masks, mask);
                }
            }
            masks.writeEndArray();
        }
    }

    private static void requireSafeName(String name) {
        if (!MetaReader.isSafeName(name)) {
            throw new IllegalArgumentException("\"" + name + "\" cannot be the name of a video or frame");
        }
    }

    private void begin() throws IOException {
        if (masks == null) {
            maskFile = AtomicOutput.open(root.resolve("mask_dict.json"));
            masks = MetaReader.JSON.getFactory().createGenerator(maskFile);
            masks.disable(JsonGenerator.Feature.AUTO_CLOSE_TARGET);
            masks.writeStartObject();
        }
    }

    /** Ends {@code mask_dict.json}, then writes {@code meta_expressions.json}, each whole or not at all. */
    public void write() throws IOException {
        begin();
        masks.writeEndObject();
        masks.close();
        maskFile.commit();
        AtomicFile.write(root.resolve("meta_expressions.json"), out -> {
            try (var json = MetaReader.JSON.getFactory().createGenerator(out)) {
                writeMeta(json);
            }
        });
    }

    /** Drops what was not written. */
    @Override
    public void close() throws IOException {
        if (maskFile != null) {
            maskFile.close();
        }
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
