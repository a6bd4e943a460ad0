package org.sola.dataset;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import org.sola.mask.Rle;
import org.sola.mask.RleException;
import org.sola.mask.RleJson;

/**
 * One split in the MeViS layout: {@code meta_expressions.json}, {@code mask_dict.json} (where the truth is public) and
 * {@code JPEGImages/VIDEO/FRAME.jpg}. Masks are found by an index that is made when they are first asked for, and read
 * from the file then; none is kept.
 */
public final class MevisDataset implements ReferringDataset {
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
        var meta = MetaReader.read(
                root.resolve("JPEGImages"), root.resolve("meta_expressions.json"), MetaReader.Objects.ANNOTATIONS);
        return new MevisDataset(root, meta.videos(), meta.problems());
    }

    @Override
    public Layout layout() {
        return Layout.MEVIS;
    }

    @Override
    public Path root() {
        return root;
    }

    @Override
    public List<ReferringVideo> videos() {
        return videos;
    }

    @Override
    public List<DatasetProblem> problems() {
        return problems;
    }

    @Override
    public MevisDataset withFrames() {
        var sound = FrameListing.Sound.of(videos, problems);
        return new MevisDataset(root, sound.videos(), sound.problems());
    }

    @Override
    public Set<String> knownAnnotations(ReferringVideo video) {
        return masks().ids();
    }

    @Override
    public boolean hasMasks() {
        return Files.isRegularFile(root.resolve("mask_dict.json"));
    }

    @Override
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

    /** Where the masks are, read once. */
    synchronized MaskIndex masks() {
        if (masks == null) {
            masks = MaskIndex.of(root.resolve("mask_dict.json"));
        }
        return masks;
    }
}
