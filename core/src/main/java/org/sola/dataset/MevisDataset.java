package org.sola.dataset;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.sola.mask.Rle;
import org.sola.mask.RleException;
import org.sola.mask.RleJson;

/**
 * One split in the MeViS layout: {@code meta_expressions.json}, {@code mask_dict.json} (where the truth is public) and
 * {@code JPEGImages/VIDEO/FRAME.jpg}. Masks are found by an index that is made when they are first asked for, and read
 * from the file then; none is kept. Safe for use by several threads.
 *
 * <p>What is broken in one video or expression is listed in {@link #problems()} and left out; a file that cannot be
 * read at all is a {@link DatasetException}. Frames and masks are not looked at before they are used:
 * {@link #withFrames} and {@link DatasetCheck} do that.
 */
public final class MevisDataset {
    private final Path root;
    private final List<ReferringVideo> videos;
    private final List<DatasetProblem> problems;
    private MaskIndex masks;

    private MevisDataset(Path root, List<ReferringVideo> videos, List<DatasetProblem> problems) {
        this.root = root;
        this.videos = List.copyOf(videos);
        this.problems = List.copyOf(problems);
    }

    /** Reads the expressions of the split in {@code root}. */
    public static MevisDataset open(Path root) {
        var meta = MetaReader.read(root, root.resolve("meta_expressions.json"));
        return new MevisDataset(root, meta.videos(), meta.problems());
    }

    public Path root() {
        return root;
    }

    /** The sound videos in the file's order. */
    public List<ReferringVideo> videos() {
        return videos;
    }

    /** What was left out, and why. */
    public List<DatasetProblem> problems() {
        return problems;
    }

    /** The video of that id. */
    public ReferringVideo video(String id) {
        return videos.stream()
                .filter(v -> v.id().equals(id))
                .findFirst()
                .orElseThrow(() -> new DatasetException(root + " has no video \"" + id + "\""
                        + problems.stream()
                                .filter(p -> p.video().equals(id))
                                .findFirst()
                                .map(p -> "; it was left out: " + p.message())
                                .orElse("")));
    }

    /** The same split without the videos whose frames are not all there; they are added to the problems. */
    public MevisDataset withFrames() {
        var sound = new ArrayList<ReferringVideo>();
        var found = new ArrayList<>(problems);
        for (var video : videos) {
            var missing = missingFrames(video);
            if (missing.isEmpty()) {
                sound.add(video);
            } else {
                found.add(new DatasetProblem(video.id(), "", missing.get()));
            }
        }
        return new MevisDataset(root, sound, found);
    }

    /** What is missing of the video's frames, as a message; one look at the folder, whatever the number of frames. */
    static Optional<String> missingFrames(ReferringVideo video) {
        if (!Files.isDirectory(video.frameFolder())) {
            return Optional.of(video.frameFolder() + " is missing; expected a folder of frames");
        }
        var present = new HashSet<String>();
        try (var files = Files.newDirectoryStream(video.frameFolder())) {
            files.forEach(file -> present.add(file.getFileName().toString()));
        } catch (IOException | DirectoryIteratorException e) {
            return Optional.of(video.frameFolder() + " cannot be read: " + e.getMessage());
        }
        var missing = new ArrayList<Path>();
        for (int t = 0; t < video.frameNames().size(); t++) {
            if (!present.contains(video.frame(t).getFileName().toString())) {
                missing.add(video.frame(t));
            }
        }
        return missing.isEmpty()
                ? Optional.empty()
                : Optional.of(missing.get(0) + " is missing"
                        + (missing.size() > 1 ? ", and " + (missing.size() - 1) + " more frames" : ""));
    }

    /** Whether the split comes with its masks. */
    public boolean hasMasks() {
        return Files.isRegularFile(root.resolve("mask_dict.json"));
    }

    /** The masks of one annotated object of {@code video}, one a frame of the given size, empty where not visible. */
    public List<Rle> annotation(ReferringVideo video, String annotationId, int height, int width) {
        var index = masks();
        var entries = index.entries(annotationId);
        String at = index.file() + ": annotation " + annotationId + " of video " + video.id();
        if (entries.size() != video.frameNames().size()) {
            throw new DatasetException(at + " has " + entries.size() + " masks, expected "
                    + video.frameNames().size() + " as the video has frames");
        }
        var decoded = new ArrayList<Rle>(entries.size());
        for (int t = 0; t < entries.size(); t++) {
            try {
                decoded.add(mask(entries.get(t), height, width));
            } catch (RleException e) {
                throw new DatasetException(at + ", frame " + video.frameNames().get(t) + ": " + e.getMessage());
            }
        }
        return Collections.unmodifiableList(decoded);
    }

    private static Rle mask(JsonNode entry, int height, int width) {
        if (entry.isNull()) {
            return Rle.empty(height, width);
        }
        int[] size = RleJson.size(entry);
        if (size[0] != height || size[1] != width) { // before the runs are read: a size may ask for any memory
            throw new RleException("size: found " + size[0] + "x" + size[1] + ", expected " + height + "x" + width
                    + " as the frame (height x width)");
        }
        return RleJson.read(entry);
    }

    /** The union of the objects that {@code expression} means, one mask a frame; all empty when it means none. */
    public List<Rle> truth(ReferringVideo video, Expression expression, int height, int width) {
        var ids = expression
                .annotationIds()
                .orElseThrow(() -> new DatasetException(root + ": expression " + expression.id() + " of video "
                        + video.id() + " has no field anno_id; this split does not publish its truth"));
        List<Rle> union = Collections.nCopies(video.frameNames().size(), Rle.empty(height, width));
        for (var id : ids) {
            var object = annotation(video, id, height, width);
            var sum = new ArrayList<Rle>(union.size());
            for (int t = 0; t < union.size(); t++) {
                sum.add(union.get(t).or(object.get(t)));
            }
            union = sum;
        }
        return Collections.unmodifiableList(union);
    }

    /** Where the masks are, read once. */
    synchronized MaskIndex masks() {
        if (masks == null) {
            masks = MaskIndex.of(root.resolve("mask_dict.json"));
        }
        return masks;
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
        return Collections.unmodifiableMap(counts);
    }
}
