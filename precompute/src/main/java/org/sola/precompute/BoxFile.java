package org.sola.precompute;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.sola.file.Sha256;
import org.sola.image.RgbImage;
import org.sola.tensor.NearestNames;

/**
 * Boxes that another program has written, so that any detector can be used:
 *
 * <pre>{@code
 * {"format": "sola-boxes", "version": 1, "detector": "yolo11x, conf 0.25",
 *  "videos": {"VIDEO": [{"frame": 0, "box": [12.5, 40, 96, 180.25], "score": 0.83, "phrase": "dog", "expression": "3"}]}}
 * }</pre>
 *
 * {@code detector}, {@code score} (0..1, else 1), {@code phrase} and {@code expression} may be left out. A frame is its
 * position from 0; a box is left, top, right, bottom in pixels of the video and may reach beyond the frame, but not lie
 * outside it. A box with an expression's id becomes a track of that expression, one without serves all of them. A video
 * in which nothing was found has an empty list; a video that is not there is refused when it is tracked. The whole file
 * is checked when it is opened.
 */
public final class BoxFile implements BoxSource {
    private static final String FORMAT = "sola-boxes";
    private static final int VERSION = 1;
    private static final int DIGITS = 12;
    private static final List<String> FIELDS = List.of("format", "version", "detector", "videos");
    private static final ObjectMapper JSON = new ObjectMapper()
            .enable(JsonParser.Feature.STRICT_DUPLICATE_DETECTION)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

    private final Path file;
    private final String detector;
    private final Map<String, Map<Integer, List<BoxPrompter.DetectedBox>>> videos;

    private BoxFile(Path file, String detector, Map<String, Map<Integer, List<BoxPrompter.DetectedBox>>> videos) {
        this.file = file;
        this.detector = detector;
        this.videos = videos;
    }

    /**
     * Reads and checks a file.
     *
     * @throws BoxFileException naming the place that is wrong, what was expected there and what was found
     */
    public static BoxFile open(Path file) throws IOException {
        JsonNode root;
        try {
            root = JSON.readTree(Files.readAllBytes(file));
        } catch (JsonProcessingException e) {
            var place = e.getLocation();
            throw new BoxFileException(
                    file,
                    "is no JSON: " + e.getOriginalMessage()
                            + (place == null ? "" : " (line " + place.getLineNr() + ")"),
                    e);
        }
        var reader = new BoxFileReader(file);
        if (root == null
                || !root.isObject()
                || !FORMAT.equals(root.path("format").asText())) {
            throw new BoxFileException(file, "is no file of boxes: its \"format\" is not \"" + FORMAT + "\"");
        }
        int version = root.path("version").asInt(-1);
        if (version != VERSION) {
            throw new BoxFileException(
                    file,
                    "has version " + root.path("version") + " of the format, this program reads " + VERSION
                            + (version > VERSION ? "; update it" : ""));
        }
        reader.fields("", root, FIELDS);
        var detector = root.path("detector");
        if (!detector.isMissingNode() && !detector.isTextual()) {
            throw reader.wrong("detector", "a text", detector);
        }
        return new BoxFile(file, detector.asText(), reader.videos(root.path("videos")));
    }

    @Override
    public Map<String, String> settings() {
        return Map.of("source", "file", "detector", detector);
    }

    /** The boxes themselves, so that a video whose boxes have changed is not taken for done. */
    @Override
    public String stamp(VideoSource video) {
        return "boxes " + Sha256.of(boxesOf(video).toString()).substring(0, DIGITS);
    }

    private Map<Integer, List<BoxPrompter.DetectedBox>> boxesOf(VideoSource video) {
        var boxes = videos.get(video.id());
        if (boxes == null) {
            throw new BoxFileException(
                    file,
                    "has no video \"" + video.id() + "\"" + NearestNames.hint(video.id(), videos.keySet())
                            + "; if nothing was found in it, give it an empty list");
        }
        return boxes;
    }

    /** How many boxes lie on other frames than 0, n, 2n, ...: those are no prompts. */
    public long boxesBeside(int everyFrames) {
        return videos.values().stream()
                .flatMap(frames -> frames.entrySet().stream())
                .filter(entry -> entry.getKey() % everyFrames != 0)
                .mapToLong(entry -> entry.getValue().size())
                .sum();
    }

    @Override
    public BoxPrompter forVideo(VideoSource video) {
        var boxes = boxesOf(video);
        var known = video.expressions();
        boxes.values()
                .forEach(found -> found.forEach(box -> {
                    if (!box.expression().isEmpty() && !known.isEmpty() && !known.containsKey(box.expression())) {
                        throw new BoxFileException(
                                file,
                                "videos." + video.id() + " has a box for expression \"" + box.expression()
                                        + "\", which the video does not have"
                                        + NearestNames.hint(box.expression(), known.keySet()));
                    }
                }));
        return new BoxPrompter() {
            @Override
            public List<DetectedBox> inImage(int frame, RgbImage image) {
                var found = boxes.getOrDefault(frame, List.of());
                for (var box : found) {
                    if (box.right() <= 0
                            || box.bottom() <= 0
                            || box.left() >= image.width()
                            || box.top() >= image.height()) {
                        throw new BoxFileException(
                                file,
                                "videos." + video.id() + ", frame " + frame + ": the box [" + box.left() + ", "
                                        + box.top() + ", " + box.right() + ", " + box.bottom()
                                        + "] lies outside the frame of " + image.width() + "x" + image.height()
                                        + " pixels; boxes are left, top, right, bottom in pixels of the video");
                    }
                }
                return found;
            }

            @Override
            public void finished(int frames) {
                int last = boxes.isEmpty() ? -1 : Collections.max(boxes.keySet());
                if (last >= frames) {
                    throw new BoxFileException(
                            file,
                            "videos." + video.id() + " has a box on frame " + last + ", the video has " + frames
                                    + " frames, counted from 0");
                }
            }
        };
    }
}
