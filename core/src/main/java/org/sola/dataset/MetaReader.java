package org.sola.dataset;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Reads {@code meta_expressions.json} as a stream, a video at a time:
 * {@code {"videos": {VIDEO: {"expressions": {ID: {"exp", "anno_id", "kind"}}, "frames": [NAME, ...]}}}}. Fields that are
 * not named here are skipped.
 */
final class MetaReader {
    static final ObjectMapper JSON = new ObjectMapper();

    private final Path frameFolders;
    private final Path file;
    private final Objects objects;
    private final Map<String, ReferringVideo> videos = new LinkedHashMap<>();
    private final List<DatasetProblem> problems = new ArrayList<>();

    private MetaReader(Path frameFolders, Path file, Objects objects) {
        this.frameFolders = frameFolders;
        this.file = file;
        this.objects = objects;
    }

    /** Which field names the objects of an expression. */
    enum Objects {
        /** {@code anno_id}, a list of keys of {@code mask_dict.json}; frames in the order of their list (MeViS). */
        ANNOTATIONS,
        /** {@code obj_id}, the value of one object in the annotation images; frames sorted (Ref-YouTube-VOS). */
        LABEL
    }

    /** The videos of a split and what had to be left out. */
    record Meta(List<ReferringVideo> videos, List<DatasetProblem> problems) {}

    /** @param frameFolders the folder that holds a folder of frames for every video */
    static Meta read(Path frameFolders, Path file, Objects objects) {
        var reader = new MetaReader(frameFolders, file, objects);
        parse(file, reader::readFile);
        return new Meta(List.copyOf(reader.videos.values()), reader.problems);
    }

    /** What to do with the tokens of a file. */
    interface Tokens {
        void read(JsonParser parser) throws IOException;
    }

    /** Opens a JSON file and says where it is broken. */
    static void parse(Path file, Tokens tokens) {
        try (InputStream in = Files.newInputStream(file);
                var parser = JSON.getFactory().createParser(in)) {
            tokens.read(parser);
            if (parser.nextToken() != null) {
                throw new DatasetException(file + " goes on after its JSON object");
            }
        } catch (JsonProcessingException e) {
            var at = e.getLocation();
            throw new DatasetException(file + " is not valid JSON in UTF-8 at line " + at.getLineNr() + ", column "
                    + at.getColumnNr() + " (byte " + at.getByteOffset() + "): " + e.getOriginalMessage());
        } catch (NoSuchFileException e) {
            throw new DatasetException(file + " is missing");
        } catch (IOException e) {
            throw new DatasetException(
                    file + " cannot be read: " + e.getClass().getSimpleName() + " " + e.getMessage());
        }
    }

    private void readFile(JsonParser parser) throws IOException {
        if (parser.nextToken() != JsonToken.START_OBJECT) {
            throw new DatasetException(file + " does not hold a JSON object");
        }
        boolean found = false;
        while (parser.nextToken() == JsonToken.FIELD_NAME) {
            String field = parser.currentName();
            var value = parser.nextToken();
            if (!field.equals("videos")) {
                parser.skipChildren();
                continue;
            }
            if (value != JsonToken.START_OBJECT) {
                break;
            }
            found = true;
            readVideos(parser);
        }
        if (!found) {
            throw new DatasetException(file + ": field \"videos\" is missing or no object; expected"
                    + " {\"videos\": {VIDEO: {\"expressions\": ..., \"frames\": ...}}}");
        }
    }

    private void readVideos(JsonParser parser) throws IOException {
        var seen = new LinkedHashSet<String>();
        while (parser.nextToken() == JsonToken.FIELD_NAME) {
            String id = parser.currentName();
            parser.nextToken();
            var entry = Entry.read(parser);
            if (!seen.add(id)) {
                // which of both is meant cannot be known, so neither is used
                videos.remove(id);
                problems.add(new DatasetProblem(id, "", file + ": the video is listed twice"));
                continue;
            }
            try {
                videos.put(id, video(id, entry));
            } catch (DatasetException e) {
                problems.add(new DatasetProblem(id, "", e.getMessage()));
            }
        }
    }

    /** A video as it stands in the file, unchecked; {@code broken} is what stands where an object should. */
    private record Entry(JsonNode broken, JsonNode frames, List<Map.Entry<String, JsonNode>> expressions) {
        static Entry read(JsonParser parser) throws IOException {
            JsonNode broken = JSON.missingNode();
            JsonNode frames = JSON.missingNode();
            var expressions = new ArrayList<Map.Entry<String, JsonNode>>();
            if (parser.currentToken() != JsonToken.START_OBJECT) {
                return new Entry(JSON.readTree(parser), frames, expressions);
            }
            while (parser.nextToken() == JsonToken.FIELD_NAME) {
                String field = parser.currentName();
                var value = parser.nextToken();
                if (field.equals("frames")) {
                    frames = JSON.readTree(parser);
                } else if (field.equals("expressions") && value != JsonToken.START_OBJECT) {
                    broken = JSON.readTree(parser);
                } else if (field.equals("expressions")) {
                    while (parser.nextToken() == JsonToken.FIELD_NAME) {
                        String id = parser.currentName();
                        parser.nextToken();
                        expressions.add(Map.entry(id, JSON.readTree(parser)));
                    }
                } else {
                    parser.skipChildren();
                }
            }
            return new Entry(broken, frames, expressions);
        }
    }

    private ReferringVideo video(String id, Entry entry) {
        requireSafeName("video id", id);
        if (!entry.broken().isMissingNode()) {
            throw new DatasetException(file + ": found " + entry.broken().getNodeType()
                    + ", expected {\"expressions\": {ID: ...}, \"frames\": [...]}");
        }
        var frames = frames(entry.frames());
        var expressions = new LinkedHashMap<String, Expression>();
        var ids = new LinkedHashSet<String>();
        for (var item : entry.expressions()) {
            try {
                requireSafeName("expression id", item.getKey());
                if (!ids.add(item.getKey())) {
                    expressions.remove(item.getKey());
                    throw new DatasetException(file + ": the expression is listed twice");
                }
                expressions.put(item.getKey(), expression(item.getKey(), item.getValue()));
            } catch (DatasetException e) {
                problems.add(new DatasetProblem(id, item.getKey(), e.getMessage()));
            }
        }
        return new ReferringVideo(id, frames, List.copyOf(expressions.values()), frameFolders.resolve(id), ".jpg");
    }

    private List<String> frames(JsonNode node) {
        if (!node.isArray() || node.isEmpty()) {
            throw new DatasetException(file + ": field frames is "
                    + (node.isMissingNode() ? "missing" : node.isArray() ? "empty" : "no list")
                    + ", expected the names of the frames");
        }
        var frames = new LinkedHashSet<String>();
        for (var frame : node) {
            if (!frame.isTextual()) {
                throw new DatasetException(file + ": field frames holds " + frame + ", expected names as text");
            }
            requireSafeName("field frames:", frame.asText());
            if (!frames.add(frame.asText())) {
                throw new DatasetException(file + ": field frames lists " + frame.asText() + " twice");
            }
        }
        return objects == Objects.LABEL ? frames.stream().sorted().toList() : List.copyOf(frames);
    }

    private Expression expression(String id, JsonNode node) {
        var text = node.path("exp");
        if (!text.isTextual()) {
            throw new DatasetException(
                    file + ": field exp is " + (text.isMissingNode() ? "missing" : text) + ", expected a sentence");
        }
        if (text.asText().isBlank()) {
            throw new DatasetException(file + ": field exp is blank, expected a sentence");
        }
        return new Expression(
                id, text.asText(), objects(node), node.path("kind").asText(""));
    }

    private Optional<List<String>> objects(JsonNode node) {
        if (objects == Objects.ANNOTATIONS) {
            return node.has("anno_id") ? Optional.of(annotationIds(node.path("anno_id"))) : Optional.empty();
        }
        if (!node.has("obj_id")) {
            return Optional.empty();
        }
        String label = node.path("obj_id").asText();
        if (!label.matches("[1-9][0-9]{0,2}")) {
            throw new DatasetException(
                    file + ": field obj_id is " + node.path("obj_id") + ", expected the number of an object, as \"1\"");
        }
        return Optional.of(List.of(label));
    }

    private List<String> annotationIds(JsonNode node) {
        if (!node.isArray()) {
            throw new DatasetException(file + ": field anno_id is " + node + ", expected a list");
        }
        var ids = new LinkedHashSet<String>();
        for (var id : node) {
            if (!id.isIntegralNumber() && !id.isTextual()) {
                throw new DatasetException(file + ": field anno_id holds " + id + ", expected ids");
            }
            ids.add(id.asText());
        }
        return Collections.unmodifiableList(new ArrayList<>(ids));
    }

    private void requireSafeName(String what, String name) {
        if (!isSafeName(name)) {
            throw new DatasetException(file + ": " + what + " \"" + name
                    + "\" is no plain file name; it would be used as one (no /, \\, :, .. or control characters)");
        }
    }

    /** Names become paths: nothing that could leave the data set's folder. */
    static boolean isSafeName(String name) {
        return !name.isBlank()
                && !name.equals(".")
                && !name.contains("..")
                && name.chars().noneMatch(c -> c == '/' || c == '\\' || c == ':' || c < ' ');
    }
}
