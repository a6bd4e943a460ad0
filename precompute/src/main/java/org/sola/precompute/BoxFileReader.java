package org.sola.precompute;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.sola.tensor.NearestNames;

/** Reads the parts of a {@link BoxFile} and checks them; places are written as {@code videos.dog[3].box}. */
record BoxFileReader(Path file) {
    private static final List<String> BOX_FIELDS = List.of("frame", "box", "score", "phrase", "expression");
    private static final List<String> SIDES = List.of("left", "top", "right", "bottom");

    Map<String, Map<Integer, List<BoxPrompter.DetectedBox>>> videos(JsonNode tree) {
        if (!tree.isObject()) {
            throw wrong("videos", "an object of lists by video id", tree);
        }
        var videos = new TreeMap<String, Map<Integer, List<BoxPrompter.DetectedBox>>>();
        for (var entry : tree.properties()) {
            String place = "videos." + entry.getKey();
            if (!entry.getValue().isArray()) {
                throw wrong(place, "a list of boxes", entry.getValue());
            }
            var frames = new TreeMap<Integer, List<BoxPrompter.DetectedBox>>();
            for (int i = 0; i < entry.getValue().size(); i++) {
                box(place + "[" + i + "]", entry.getValue().get(i), frames);
            }
            frames.replaceAll((frame, boxes) -> List.copyOf(boxes));
            videos.put(entry.getKey(), Collections.unmodifiableMap(frames));
        }
        return Collections.unmodifiableMap(new LinkedHashMap<>(videos));
    }

    private void box(String place, JsonNode tree, Map<Integer, List<BoxPrompter.DetectedBox>> frames) {
        if (!tree.isObject()) {
            throw wrong(place, "an object with \"frame\" and \"box\"", tree);
        }
        fields(place, tree, BOX_FIELDS);
        var frame = tree.path("frame");
        if (!frame.canConvertToInt() || !frame.isIntegralNumber() || frame.asInt() < 0) {
            throw wrong(place + ".frame", "the position of a frame, a whole number from 0", frame);
        }
        var box = tree.path("box");
        if (!box.isArray() || box.size() != SIDES.size()) {
            throw wrong(place + ".box", "[left, top, right, bottom] in pixels", box);
        }
        var side = new float[SIDES.size()];
        for (int i = 0; i < side.length; i++) {
            side[i] = box.get(i).floatValue();
            if (!box.get(i).isNumber() || !Float.isFinite(side[i])) {
                throw wrong(place + ".box[" + i + "]", "the " + SIDES.get(i) + " side in pixels", box.get(i));
            }
        }
        if (side[2] <= side[0] || side[3] <= side[1]) {
            throw wrong(place + ".box", "left < right and top < bottom (not left, top, width, height)", box);
        }
        var score = tree.path("score");
        if (!score.isMissingNode() && !(score.isNumber() && score.asDouble() >= 0 && score.asDouble() <= 1)) {
            throw wrong(place + ".score", "a number from 0 to 1", score);
        }
        var made = new BoxPrompter.DetectedBox(
                side[0],
                side[1],
                side[2],
                side[3],
                score.asDouble(1),
                text(place, tree, "phrase"),
                text(place, tree, "expression"));
        frames.computeIfAbsent(frame.asInt(), key -> new ArrayList<>()).add(made);
    }

    private String text(String place, JsonNode tree, String field) {
        var node = tree.path(field);
        if (!node.isMissingNode() && !node.isTextual()) {
            throw wrong(place + "." + field, "a text", node);
        }
        return node.asText();
    }

    void fields(String place, JsonNode tree, List<String> known) {
        for (var field : tree.properties()) {
            if (!known.contains(field.getKey())) {
                throw new BoxFileException(
                        file,
                        (place.isEmpty() ? "" : place + ": ") + "unknown field \"" + field.getKey() + "\""
                                + NearestNames.hint(field.getKey(), known) + "; there are: "
                                + String.join(", ", known));
            }
        }
    }

    BoxFileException wrong(String place, String expected, JsonNode found) {
        return new BoxFileException(
                file,
                place + ": expected " + expected + ", found " + (found.isMissingNode() ? "nothing" : shortened(found)));
    }

    private static String shortened(JsonNode node) {
        String text = node.toString();
        return text.length() > 60 ? text.substring(0, 60) + "..." : text;
    }
}
