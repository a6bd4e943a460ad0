package org.sola.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.sola.dataset.DatasetException;
import org.sola.dataset.MevisDataset;
import org.sola.dataset.ReferringVideo;
import org.sola.image.ImageException;
import org.sola.image.ImageFiles;
import org.sola.image.RgbImage;

/** Looks through a downloaded split in the MeViS layout: what is there, what is missing or broken. */
final class MevisCheck {
    /**
     * A split.
     *
     * @param name its folder's name
     * @param counts videos, expressions, objects, frames
     * @param hasMasks whether the truth is there
     * @param problems a line each
     */
    record Report(String name, Map<String, Long> counts, boolean hasMasks, List<String> problems) {
        Map<String, Object> document() {
            var document = new LinkedHashMap<String, Object>();
            document.put("split", name);
            document.putAll(counts);
            document.put("masks", hasMasks);
            document.put("problems", problems);
            return document;
        }
    }

    private MevisCheck() {}

    /** The splits at {@code root}: itself, or the folders in it that have expressions. */
    static List<Path> splits(Path root) throws IOException {
        if (Files.isRegularFile(root.resolve("meta_expressions.json"))) {
            return List.of(root);
        }
        try (var folders = Files.list(root)) {
            return folders.filter(folder -> Files.isRegularFile(folder.resolve("meta_expressions.json")))
                    .sorted()
                    .toList();
        }
    }

    /** Checks one split; with {@code decode} every frame is decoded, else only the first of each video. */
    static Report check(Path split, boolean decode, java.util.function.IntConsumer checked)
            throws InterruptedException {
        var dataset = MevisDataset.open(split);
        var problems = new ArrayList<String>();
        dataset.problems().forEach(problem -> problems.add(problem.toString()));
        int done = 0;
        for (var video : dataset.videos()) {
            if (Thread.interrupted()) {
                throw new InterruptedException("stopped at video " + video.id());
            }
            check(dataset, video, decode, problems);
            checked.accept(++done);
        }
        var name = split.toAbsolutePath().normalize().getFileName();
        return new Report(String.valueOf(name), dataset.counts(), dataset.hasMasks(), List.copyOf(problems));
    }

    private static void check(MevisDataset dataset, ReferringVideo video, boolean decode, List<String> problems) {
        var missing = new ArrayList<String>();
        for (int t = 0; t < video.frameNames().size(); t++) {
            if (!Files.isRegularFile(video.frame(t))) {
                missing.add(video.frameNames().get(t));
            }
        }
        if (!missing.isEmpty()) {
            problems.add("video " + video.id() + ": " + missing.size() + " of "
                    + video.frameNames().size() + " frames are missing in " + video.frameFolder() + ", the first is "
                    + missing.get(0) + ".jpg");
            return;
        }
        RgbImage first = null;
        for (int t = 0; t < (decode ? video.frameNames().size() : 1); t++) {
            try {
                var frame = ImageFiles.read(video.frame(t));
                if (first == null) {
                    first = frame;
                } else if (frame.height() != first.height() || frame.width() != first.width()) {
                    problems.add("video " + video.id() + ": " + video.frame(t) + " has " + frame.height() + "x"
                            + frame.width() + " pixels, the first frame " + first.height() + "x" + first.width());
                }
            } catch (IOException | ImageException e) {
                problems.add("video " + video.id() + ": " + e.getMessage());
                return;
            }
        }
        if (dataset.hasMasks()) {
            for (String annotation : video.annotationIds()) {
                try {
                    dataset.annotation(video, annotation, first.height(), first.width());
                } catch (DatasetException e) {
                    problems.add("video " + video.id() + ": " + e.getMessage());
                }
            }
        }
    }
}
