package org.sola.dataset;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.sola.image.ImageException;
import org.sola.image.ImageFiles;
import org.sola.mask.LabelMap;
import org.sola.mask.Rle;

/** Masks in {@code FOLDER/VIDEO/FRAME.png}, a palette or grey PNG a frame whose pixels are the objects' numbers. */
final class LabelMasks implements MaskSource {
    private static final String VOID = Integer.toString(LabelMap.VOID);

    private final Path folder;
    private final RecentVideos<Video> videos = new RecentVideos<>(this::read);

    /** The masks of every number that occurs, void among them; sizes as they are on disk. */
    private record Video(Map<String, List<Rle>> byLabel, List<Rle> nothing) {}

    LabelMasks(Path folder) {
        this.folder = folder;
    }

    @Override
    public boolean isPresent() {
        return Files.isDirectory(folder);
    }

    @Override
    public Set<String> known(ReferringVideo video) {
        var known = new java.util.TreeSet<>(videos.get(video).byLabel().keySet());
        known.remove(VOID);
        return known;
    }

    @Override
    public List<Rle> masks(ReferringVideo video, String object, int height, int width) {
        return videos.get(video).byLabel().get(object);
    }

    @Override
    public List<Rle> ignored(ReferringVideo video, int height, int width) {
        var read = videos.get(video);
        return read.byLabel().getOrDefault(VOID, read.nothing());
    }

    private Video read(ReferringVideo video) {
        var byLabel = new TreeMap<String, List<Rle>>();
        var nothing = new ArrayList<Rle>();
        for (String frame : video.frameNames()) {
            var file = folder.resolve(video.id()).resolve(frame + ".png");
            if (!Files.isRegularFile(file)) {
                throw new DatasetException(file + " is missing; every listed frame of a video is annotated");
            }
            try {
                var labels = ImageFiles.readLabelsPng(file);
                int t = nothing.size();
                var empty = Rle.empty(labels.height(), labels.width());
                for (int label : labels.present()) {
                    var masks = byLabel.computeIfAbsent(Integer.toString(label), key -> new ArrayList<>(nothing));
                    masks.add(Rle.encode(labels.mask(label)));
                }
                nothing.add(empty);
                byLabel.values().stream().filter(masks -> masks.size() == t).forEach(masks -> masks.add(empty));
            } catch (IOException | ImageException e) {
                throw new DatasetException(e.getMessage());
            }
        }
        byLabel.replaceAll((label, masks) -> List.copyOf(masks));
        return new Video(byLabel, List.copyOf(nothing));
    }
}
