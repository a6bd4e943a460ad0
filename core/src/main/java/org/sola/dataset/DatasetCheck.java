package org.sola.dataset;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * Looks at every file of a split: what is there, and what is missing or broken. Every frame is decoded and compared in
 * size with the first, every mask is read; memory holds one frame a thread, and the masks of a few videos.
 *
 * @param name the split's name
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
     * Checks every split of a data set, or one: {@code folder} is the data set's or, with a split's name after it, the
     * split's. Of Ref-DAVIS17 the files as downloaded and the converted ones are both checked.
     *
     * @param threads how many videos are looked at at a time
     * @param done told the id of every video that was looked at, from any thread
     * @throws DatasetException when nothing of that layout is in the folder
     */
    public static List<DatasetCheck> of(Layout layout, Path folder, int threads, Consumer<String> done)
            throws InterruptedException {
        if (layout == Layout.MEVIS) {
            return mevis(folder, threads, done);
        }
        var whole = DatasetFolder.detect(folder);
        var found = whole.or(() -> java.util.Optional.ofNullable(
                        folder.toAbsolutePath().normalize().getParent())
                .flatMap(DatasetFolder::detect));
        if (found.isEmpty() || found.get().layout() != layout && !isConvertedDavis(layout, found.get())) {
            throw new DatasetException(folder + " is not " + layout.title() + " as its publishers lay it out"
                    + found.map(other -> "; it looks like " + other.layout().title())
                            .orElse(""));
        }
        var set = new DatasetFolder(layout, found.get().root(), found.get().splits());
        String only = whole.isPresent() ? "" : DatasetFolder.splitName(folder);
        var checks = new ArrayList<DatasetCheck>();
        for (String split : set.splits()) {
            if (!only.isEmpty() && !only.equals(split)) {
                continue;
            }
            boolean isConverted =
                    layout == Layout.REF_DAVIS && Files.isRegularFile(YoutubeVosDataset.metaFile(set.root(), split));
            String name = split.isEmpty() ? String.valueOf(set.root().getFileName()) : split;
            if (isConverted) {
                checks.add(check(name + ", converted", set.root(), () -> set.open(split), threads, done));
            }
            if (!isConverted || Files.isDirectory(set.root().resolve("davis_text_annotations"))) {
                checks.add(check(name, set.root(), () -> set.openAsDownloaded(split), threads, done));
            }
        }
        return List.copyOf(checks);
    }

    private static boolean isConvertedDavis(Layout layout, DatasetFolder found) {
        return layout == Layout.REF_DAVIS && found.layout() == Layout.REF_YOUTUBE_VOS;
    }

    /** Checks a split in the MeViS layout, or every split in a folder of splits. */
    public static List<DatasetCheck> mevis(Path folder, int threads, Consumer<String> done)
            throws InterruptedException {
        var checks = new ArrayList<DatasetCheck>();
        for (var split : splits(folder)) {
            String name = String.valueOf(split.toAbsolutePath().normalize().getFileName());
            checks.add(check(name, split, () -> MevisDataset.open(split), threads, done));
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

    private static DatasetCheck check(
            String name, Path root, Supplier<ReferringDataset> opener, int threads, Consumer<String> done)
            throws InterruptedException {
        ReferringDataset dataset;
        try {
            dataset = opener.get();
        } catch (DatasetException e) {
            return new DatasetCheck(name, root, Map.of(), List.of(new DatasetProblem("", "", e.getMessage())));
        }
        var problems = new ArrayList<>(dataset.problems());
        boolean readsMasks = readsMasks(dataset, problems);
        long samples = 0;
        var workers = Executors.newFixedThreadPool(Math.max(1, threads));
        try {
            var jobs = new ArrayList<Future<VideoCheck>>();
            for (var video : dataset.videos()) {
                Callable<VideoCheck> job = () -> {
                    var found = VideoCheck.of(dataset, video, readsMasks);
                    done.accept(video.id());
                    return found;
                };
                jobs.add(workers.submit(job));
            }
            for (var job : jobs) {
                problems.addAll(job.get().problems());
                samples += job.get().samples();
            }
        } catch (ExecutionException e) {
            throw new IllegalStateException(e.getCause());
        } finally {
            workers.shutdownNow();
        }
        var counts = new LinkedHashMap<>(dataset.counts());
        if (samples > 0) {
            counts.put("samples", samples);
        }
        return new DatasetCheck(name, root, counts, problems);
    }

    /** Whether masks are named and can be found; a mask file that is needed and broken is one problem, not one a video. */
    private static boolean readsMasks(ReferringDataset dataset, List<DatasetProblem> problems) {
        boolean areNamed = dataset.videos().stream()
                .anyMatch(video -> !video.annotationIds().isEmpty());
        if (!areNamed) {
            return false;
        }
        if (dataset instanceof MevisDataset mevis) {
            return VideoCheck.attempt("", "", problems, mevis::masks);
        }
        if (!dataset.hasMasks()) {
            problems.add(new DatasetProblem(
                    "", "", dataset.root() + " holds no masks, though its expressions name objects"));
        }
        return dataset.hasMasks();
    }

    /** What was found in one video; {@code samples} counts scored frames where only some are annotated. */
    private record VideoCheck(List<DatasetProblem> problems, long samples) {
        static VideoCheck of(ReferringDataset dataset, ReferringVideo video, boolean readsMasks) {
            var problems = new ArrayList<DatasetProblem>();
            var missing = FrameListing.missing(video);
            missing.ifPresent(message -> problems.add(new DatasetProblem(video.id(), "", message)));
            if (missing.isPresent()) {
                return new VideoCheck(problems, 0);
            }
            int[] size = frameSize(video, problems);
            boolean opens = size != null
                    && readsMasks
                    && attempt(video.id(), "", problems, () -> dataset.knownAnnotations(video));
            return new VideoCheck(problems, opens ? checkMasks(dataset, video, size, problems) : 0);
        }

        private static long checkMasks(
                ReferringDataset dataset, ReferringVideo video, int[] size, List<DatasetProblem> problems) {
            var known = dataset.knownAnnotations(video);
            for (String id : video.annotationIds()) {
                if (known.contains(id)) {
                    attempt(video.id(), "", problems, () -> dataset.annotation(video, id, size[0], size[1]));
                }
            }
            long samples = 0;
            for (var expression : video.expressions()) {
                for (String id : expression.annotationIds().orElse(List.of())) {
                    if (!known.contains(id)) {
                        attempt(
                                video.id(),
                                expression.id(),
                                problems,
                                () -> dataset.annotation(video, id, size[0], size[1]));
                    }
                }
                int scored = dataset.scoredFrames(video, expression).cardinality();
                samples += scored < video.frameNames().size() ? scored : 0;
            }
            return samples;
        }

        /** Height and width of the first frame, or null where a frame is broken. */
        private static int[] frameSize(ReferringVideo video, List<DatasetProblem> problems) {
            try {
                return video.isFile() ? clipSize(video) : imageSize(video);
            } catch (UncheckedIOException e) {
                problems.add(new DatasetProblem(
                        video.id(), "", String.valueOf(e.getCause().getMessage())));
            } catch (IOException | RuntimeException e) {
                problems.add(new DatasetProblem(video.id(), "", String.valueOf(e.getMessage())));
            }
            return null;
        }

        private static int[] imageSize(ReferringVideo video) throws IOException {
            int[] size = null;
            for (int t = 0; t < video.frameNames().size(); t++) {
                var image = video.read(t);
                if (size == null) {
                    size = new int[] {image.height(), image.width()};
                } else if (image.height() != size[0] || image.width() != size[1]) {
                    throw new DatasetException(video.frame(t) + ": size " + image.height() + "x" + image.width()
                            + ", expected " + size[0] + "x" + size[1] + " as the first frame (height x width)");
                }
            }
            return size;
        }

        private static int[] clipSize(ReferringVideo video) throws IOException {
            var clip = video.open();
            int frames = 0;
            try (var decoded = clip.frames()) {
                while (decoded.hasNext()) {
                    decoded.next();
                    frames++;
                }
            }
            if (frames != video.frameNames().size()) {
                throw new DatasetException(video.source() + " has " + frames + " frames, the data set lists "
                        + video.frameNames().size());
            }
            return new int[] {clip.height(), clip.width()};
        }

        /** Whether it could be done; if not, the reason is among the problems. */
        private static boolean attempt(
                String video, String expression, List<DatasetProblem> problems, Supplier<?> work) {
            try {
                work.get();
                return true;
            } catch (DatasetException e) {
                problems.add(new DatasetProblem(video, expression, e.getMessage()));
                return false;
            }
        }
    }
}
