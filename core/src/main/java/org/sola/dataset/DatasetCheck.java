package org.sola.dataset;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.sola.image.ImageFiles;

/**
 * Looks at every file of a data set in the MeViS layout: what is there, and what is missing or broken. Every frame is
 * decoded and compared in size with the first, every mask is read; memory holds one frame a thread.
 *
 * @param name the split's folder name
 * @param root its folder
 * @param counts how many videos, expressions, objects and frames could be read, by name; empty when none could
 * @param problems what is missing or broken, in the order of the videos; empty when the split is sound
 */
public record DatasetCheck(String name, Path root, Map<String, Long> counts, List<DatasetProblem> problems) {
    private static final String META = "meta_expressions.json";

    public DatasetCheck {
        counts = Collections.unmodifiableMap(counts);
        problems = List.copyOf(problems);
    }

    public boolean isSound() {
        return problems.isEmpty();
    }

    /**
     * Checks a split, or every split in a folder of splits.
     *
     * @param threads how many videos are looked at at a time
     * @param done told the id of every video that was looked at, from any thread
     * @throws DatasetException when there is no split in the folder
     */
    public static List<DatasetCheck> mevis(Path folder, int threads, Consumer<String> done)
            throws InterruptedException {
        var checks = new ArrayList<DatasetCheck>();
        for (var split : splits(folder)) {
            checks.add(checkSplit(split, threads, done));
        }
        return List.copyOf(checks);
    }

    private static List<Path> splits(Path folder) {
        if (Files.isRegularFile(folder.resolve(META))) {
            return List.of(folder);
        }
        try (var children = Files.list(folder)) {
            var splits = children.filter(child -> Files.isRegularFile(child.resolve(META)))
                    .sorted()
                    .toList();
            if (!splits.isEmpty()) {
                return splits;
            }
        } catch (IOException e) {
            throw new DatasetException(
                    folder + " cannot be read: " + e.getClass().getSimpleName());
        }
        throw new DatasetException(
                folder + " holds no " + META + ", nor does a folder in it; expected the MeViS layout "
                        + "(train, valid_u or valid with " + META + ", mask_dict.json and JPEGImages)");
    }

    private static DatasetCheck checkSplit(Path root, int threads, Consumer<String> done) throws InterruptedException {
        String name = String.valueOf(root.toAbsolutePath().normalize().getFileName());
        MevisDataset dataset;
        try {
            dataset = MevisDataset.open(root);
        } catch (DatasetException e) {
            return new DatasetCheck(name, root, Map.of(), List.of(new DatasetProblem("", "", e.getMessage())));
        }
        var problems = new ArrayList<>(dataset.problems());
        boolean readsMasks = readsMasks(dataset, problems);
        var workers = Executors.newFixedThreadPool(Math.max(1, threads));
        try {
            var jobs = new ArrayList<Future<List<DatasetProblem>>>();
            for (var video : dataset.videos()) {
                Callable<List<DatasetProblem>> job = () -> {
                    var found = checkVideo(dataset, video, readsMasks);
                    done.accept(video.id());
                    return found;
                };
                jobs.add(workers.submit(job));
            }
            for (var job : jobs) {
                problems.addAll(job.get());
            }
        } catch (ExecutionException e) {
            throw new IllegalStateException(e.getCause());
        } finally {
            workers.shutdownNow();
        }
        return new DatasetCheck(name, root, dataset.counts(), problems);
    }

    /** Whether masks are named and can be found; a mask file that is needed and broken is one problem, not one a video. */
    private static boolean readsMasks(MevisDataset dataset, List<DatasetProblem> problems) {
        boolean areNamed = dataset.videos().stream()
                .anyMatch(video -> !video.annotationIds().isEmpty());
        return areNamed && attempt("", "", problems, dataset::masks) != null;
    }

    private static List<DatasetProblem> checkVideo(MevisDataset dataset, ReferringVideo video, boolean readsMasks) {
        var problems = new ArrayList<DatasetProblem>();
        var missing = MevisDataset.missingFrames(video);
        missing.ifPresent(message -> problems.add(new DatasetProblem(video.id(), "", message)));
        if (missing.isPresent()) {
            return problems;
        }
        int[] size = checkFrames(video, problems);
        if (size == null || !readsMasks) {
            return problems;
        }
        Set<String> unknown = new LinkedHashSet<>(video.annotationIds());
        unknown.removeAll(dataset.masks().ids());
        for (String id : video.annotationIds()) {
            if (!unknown.contains(id)) {
                attempt(video.id(), "", problems, () -> dataset.annotation(video, id, size[0], size[1]));
            }
        }
        for (var expression : video.expressions()) {
            for (String id : expression.annotationIds().orElse(List.of())) {
                if (unknown.contains(id)) {
                    attempt(video.id(), expression.id(), problems, () -> dataset.masks()
                            .entries(id));
                }
            }
        }
        return problems;
    }

    /** Height and width of the first frame, or null where a frame is broken. */
    private static int[] checkFrames(ReferringVideo video, List<DatasetProblem> problems) {
        int[] size = null;
        for (int t = 0; t < video.frameNames().size(); t++) {
            var frame = video.frame(t);
            try {
                var image = ImageFiles.read(frame);
                if (size == null) {
                    size = new int[] {image.height(), image.width()};
                } else if (image.height() != size[0] || image.width() != size[1]) {
                    throw new DatasetException(frame + ": size " + image.height() + "x" + image.width() + ", expected "
                            + size[0] + "x" + size[1] + " as the first frame (height x width)");
                }
            } catch (IOException | RuntimeException e) {
                problems.add(new DatasetProblem(video.id(), "", String.valueOf(e.getMessage())));
                return null;
            }
        }
        return size;
    }

    private static <T> T attempt(String video, String expression, List<DatasetProblem> problems, Supplier<T> work) {
        try {
            return work.get();
        } catch (DatasetException e) {
            problems.add(new DatasetProblem(video, expression, e.getMessage()));
            return null;
        }
    }
}
