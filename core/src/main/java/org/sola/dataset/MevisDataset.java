package org.sola.dataset;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.sola.mask.Rle;
import org.sola.mask.RleException;

/**
 * One split in the MeViS layout: {@code meta_expressions.json}, {@code mask_dict.json} (where the truth is public) and
 * {@code JPEGImages/VIDEO/FRAME.jpg}. The masks stay run lengths; they are read as a stream, once, when first asked for.
 *
 * <p>What is broken in one video or expression is listed in {@link #problems()} and left out; a file that cannot be
 * read at all is a {@link DatasetException}.
 */
public final class MevisDataset {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final Path root;
    private final List<ReferringVideo> videos;
    private final List<DatasetProblem> problems;
    private Map<String, List<Run>> masks; // annotation id -> one entry a frame; read on first use

    /** A mask as it is in the file; null where the object is not visible. */
    private record Run(int height, int width, String compressed, long[] counts) {
        Rle decode() {
            return compressed != null
                    ? Rle.ofCompressed(height, width, compressed)
                    : Rle.ofCounts(height, width, counts);
        }
    }

    private MevisDataset(Path root, List<ReferringVideo> videos, List<DatasetProblem> problems) {
        this.root = root;
        this.videos = Collections.unmodifiableList(videos);
        this.problems = Collections.unmodifiableList(problems);
    }

    /** Reads the expressions of the split in {@code root}. */
    public static MevisDataset open(Path root) {
        Path meta = root.resolve("meta_expressions.json");
        JsonNode tree = readTree(meta).path("videos");
        if (!tree.isObject()) {
            throw new DatasetException(meta + ": field \"videos\" is missing; expected an object of videos");
        }
        var problems = new ArrayList<DatasetProblem>();
        var videos = new ArrayList<ReferringVideo>();
        for (var entry : tree.properties()) {
            try {
                videos.add(video(root, meta, entry.getKey(), entry.getValue(), problems));
            } catch (DatasetException e) {
                problems.add(new DatasetProblem(entry.getKey(), "", e.getMessage()));
            }
        }
        return new MevisDataset(root, videos, problems);
    }

    public Path root() {
        return root;
    }

    /** The sound videos in the file's order. */
    public List<ReferringVideo> videos() {
        return videos;
    }

    /** What was left out so far, and why. */
    public List<DatasetProblem> problems() {
        return problems;
    }

    /** The video of that id. */
    public ReferringVideo video(String id) {
        return videos.stream()
                .filter(v -> v.id().equals(id))
                .findFirst()
                .orElseThrow(() -> new DatasetException(root + " has no video \"" + id + "\""));
    }

    /** Whether the split comes with its masks. */
    public boolean hasMasks() {
        return Files.isRegularFile(root.resolve("mask_dict.json"));
    }

    /** The masks of one annotated object of {@code video}, one a frame of the given size, empty where not visible. */
    public List<Rle> annotation(ReferringVideo video, String annotationId, int height, int width) {
        String at = root.resolve("mask_dict.json") + ": annotation " + annotationId;
        var runs = masks().get(annotationId);
        if (runs == null) {
            throw new DatasetException(at + " is missing");
        }
        if (runs.size() != video.frameNames().size()) {
            throw new DatasetException(at + " has " + runs.size() + " masks, the video has "
                    + video.frameNames().size() + " frames");
        }
        var decoded = new ArrayList<Rle>(runs.size());
        for (int t = 0; t < runs.size(); t++) {
            var run = runs.get(t);
            if (run == null) {
                decoded.add(Rle.empty(height, width));
                continue;
            }
            String frame = ", frame " + video.frameNames().get(t);
            if (run.height() != height || run.width() != width) {
                throw new DatasetException(at + frame + ": size " + run.height() + "x" + run.width() + ", expected "
                        + height + "x" + width + " as the frame");
            }
            try {
                decoded.add(run.decode());
            } catch (RleException e) {
                throw new DatasetException(at + frame + ": " + e.getMessage());
            }
        }
        return decoded;
    }

    /** The union of the objects that {@code expression} means, one mask a frame; all empty when it means none. */
    public List<Rle> truth(ReferringVideo video, Expression expression, int height, int width) {
        var ids = expression
                .annotationIds()
                .orElseThrow(() -> new DatasetException(root + ": expression " + expression.id() + " of video "
                        + video.id() + " has no field anno_id; this split does not publish its truth"));
        if (ids.size() == 1) {
            return annotation(video, ids.get(0), height, width);
        }
        var union = new ArrayList<Rle>(Collections.nCopies(video.frameNames().size(), Rle.empty(height, width)));
        for (var id : ids) {
            var masks = annotation(video, id, height, width);
            union.replaceAll(new java.util.function.UnaryOperator<>() {
                private int t;

                @Override
                public Rle apply(Rle sum) {
                    var mask = masks.get(t++);
                    return mask.isEmpty()
                            ? sum
                            : sum.isEmpty() ? mask : Rle.encode(sum.decode().or(mask.decode()));
                }
            });
        }
        return union;
    }

    private static JsonNode readTree(Path file) {
        try (var in = Files.newInputStream(file)) {
            var tree = JSON.readTree(in);
            if (tree == null || !tree.isObject()) {
                throw new DatasetException(file + " does not hold a JSON object");
            }
            return tree;
        } catch (JsonProcessingException e) {
            var at = e.getLocation();
            throw new DatasetException(file + " is not valid JSON at line " + at.getLineNr() + ", column "
                    + at.getColumnNr() + ": " + e.getOriginalMessage());
        } catch (IOException e) {
            throw new DatasetException(
                    file + " cannot be read: " + e.getClass().getSimpleName() + " " + e.getMessage());
        }
    }

    private static ReferringVideo video(Path root, Path meta, String id, JsonNode node, List<DatasetProblem> problems) {
        requireSafeName(meta, "video id", id);
        var frames = new ArrayList<String>();
        Set<String> seen = new HashSet<>();
        for (var frame : node.path("frames")) {
            requireSafeName(meta, "frames of " + id, frame.asText());
            if (!seen.add(frame.asText())) {
                throw new DatasetException(meta + ": field frames lists " + frame.asText() + " twice");
            }
            frames.add(frame.asText());
        }
        if (frames.isEmpty()) {
            throw new DatasetException(meta + ": field frames is empty or missing; expected the names of the frames");
        }
        var expressions = new ArrayList<Expression>();
        if (node.path("expressions").isEmpty()) {
            throw new DatasetException(meta + ": field expressions is empty or missing");
        }
        for (var entry : node.path("expressions").properties()) {
            try {
                requireSafeName(meta, "expression id", entry.getKey());
                expressions.add(expression(meta, entry.getKey(), entry.getValue()));
            } catch (DatasetException e) {
                problems.add(new DatasetProblem(id, entry.getKey(), e.getMessage()));
            }
        }
        return new ReferringVideo(
                id, frames, expressions, root.resolve("JPEGImages").resolve(id));
    }

    private static Expression expression(Path meta, String id, JsonNode node) {
        var text = node.path("exp");
        if (!text.isTextual()) {
            throw new DatasetException(
                    meta + ": field exp is " + (text.isMissingNode() ? "missing" : text) + ", expected a sentence");
        }
        if (text.asText().isBlank()) {
            throw new DatasetException(meta + ": field exp is blank, expected a sentence");
        }
        Optional<List<String>> annotations = Optional.empty();
        if (node.has("anno_id")) {
            var ids = new ArrayList<String>();
            node.path("anno_id").forEach(a -> ids.add(a.asText()));
            annotations = Optional.of(ids);
        }
        return new Expression(id, text.asText(), annotations, node.path("kind").asText(""));
    }

    /** Names become paths: nothing that could leave the data set's folder. */
    static void requireSafeName(Path file, String field, String name) {
        boolean unsafe = name.isEmpty()
                || name.equals(".")
                || name.contains("..")
                || name.indexOf('/') >= 0
                || name.indexOf('\\') >= 0
                || name.indexOf(':') >= 0
                || name.indexOf('\0') >= 0;
        if (unsafe) {
            throw new DatasetException(file + ": " + field + " \"" + name + "\" is not a plain file name");
        }
    }

    private synchronized Map<String, List<Run>> masks() {
        if (masks == null) {
            masks = readMasks(root.resolve("mask_dict.json"));
        }
        return masks;
    }

    private static Map<String, List<Run>> readMasks(Path file) {
        if (!Files.isRegularFile(file)) {
            throw new DatasetException(file + " is missing; the masks of this split are needed here");
        }
        var masks = new HashMap<String, List<Run>>();
        try (var parser = JSON.getFactory().createParser(file.toFile())) {
            if (parser.nextToken() != JsonToken.START_OBJECT) {
                throw new DatasetException(file + " does not hold a JSON object");
            }
            while (parser.nextToken() == JsonToken.FIELD_NAME) {
                String id = parser.currentName();
                parser.nextToken();
                masks.put(id, readRuns(parser));
            }
            return masks;
        } catch (JsonProcessingException e) {
            var at = e.getLocation();
            throw new DatasetException(file + " is not valid JSON at line " + at.getLineNr() + ", column "
                    + at.getColumnNr() + ": " + e.getOriginalMessage());
        } catch (IOException e) {
            throw new DatasetException(file + " cannot be read: " + e.getMessage());
        }
    }

    private static List<Run> readRuns(JsonParser parser) throws IOException {
        var runs = new ArrayList<Run>();
        while (parser.nextToken() != JsonToken.END_ARRAY) {
            if (parser.currentToken() == JsonToken.VALUE_NULL) {
                runs.add(null);
                continue;
            }
            JsonNode node = JSON.readTree(parser);
            var size = node.path("size");
            var counts = node.path("counts");
            long[] list = counts.isArray() ? new long[counts.size()] : null;
            for (int i = 0; list != null && i < list.length; i++) {
                list[i] = counts.get(i).asLong(-1);
            }
            runs.add(new Run(
                    size.path(0).asInt(),
                    size.path(1).asInt(),
                    counts.isTextual() ? counts.asText() : list == null ? "" : null,
                    list));
        }
        return runs;
    }

    /** How many videos, expressions, objects and frames there are, by name. */
    public Map<String, Long> counts() {
        var counts = new LinkedHashMap<String, Long>();
        counts.put("videos", (long) videos.size());
        counts.put(
                "expressions",
                videos.stream().mapToLong(v -> v.expressions().size()).sum());
        counts.put(
                "objects",
                videos.stream().mapToLong(v -> v.annotationIds().size()).sum());
        counts.put(
                "frames", videos.stream().mapToLong(v -> v.frameNames().size()).sum());
        return counts;
    }
}
