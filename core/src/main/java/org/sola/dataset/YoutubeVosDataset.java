package org.sola.dataset;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;

/**
 * Ref-YouTube-VOS: {@code ROOT/meta_expressions/SPLIT/meta_expressions.json}, {@code ROOT/SPLIT/JPEGImages} and, where
 * the truth is public, {@code ROOT/SPLIT/Annotations}. Ref-DAVIS17 as it is usually converted looks the same.
 */
final class YoutubeVosDataset {
    private static final String META = "meta_expressions.json";

    private YoutubeVosDataset() {}

    static Path metaFile(Path root, String split) {
        return root.resolve("meta_expressions").resolve(split).resolve(META);
    }

    /**
     * Opens a split. The published file of valid lists the videos of test too: validation is what only valid lists.
     */
    static FileDataset open(Layout layout, Path root, String split) {
        var folder = root.resolve(split);
        return open(layout, folder, metaFile(root, split), split.equals("valid") ? metaFile(root, "test") : null);
    }

    /** Opens a folder that holds its {@code meta_expressions.json} itself, as SOLA's own description draws it. */
    static FileDataset openSelfContained(Layout layout, Path folder) {
        return open(layout, folder, folder.resolve(META), null);
    }

    private static FileDataset open(Layout layout, Path folder, Path file, Path leftOut) {
        var frames = folder.resolve("JPEGImages");
        var meta = MetaReader.read(frames, file, MetaReader.Objects.LABEL);
        var videos = new ArrayList<>(meta.videos());
        var problems = new ArrayList<>(meta.problems());
        if (leftOut != null && Files.isRegularFile(leftOut)) {
            var ids = new HashSet<String>();
            MetaReader.read(frames, leftOut, MetaReader.Objects.LABEL).videos().forEach(video -> ids.add(video.id()));
            videos.removeIf(video -> ids.contains(video.id()));
            problems.removeIf(problem -> ids.contains(problem.video()));
        }
        return new FileDataset(layout, folder, videos, problems, new LabelMasks(folder.resolve("Annotations")));
    }
}
