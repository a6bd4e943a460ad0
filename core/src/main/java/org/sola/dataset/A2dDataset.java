package org.sola.dataset;

import com.fasterxml.jackson.databind.MappingIterator;
import com.fasterxml.jackson.dataformat.csv.CsvMapper;
import com.fasterxml.jackson.dataformat.csv.CsvParser;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.sola.mask.Rle;

/**
 * A2D-Sentences: {@code Release/videoset.csv}, clips as mp4, sentences in {@code text_annotations/a2d_annotation.txt},
 * and a few annotated frames a video in HDF5. A sample is a sentence times an annotated frame that shows its instance;
 * only those frames are scored.
 */
final class A2dDataset {
    static final String VIDEOS = "Release/videoset.csv";

    private static final String TEXTS = "text_annotations/a2d_annotation.txt";
    private static final String MISSED = "text_annotations/a2d_missed_videos.txt";
    private static final int FRAMES_COLUMN = 6;
    private static final int USAGE_COLUMN = 8;
    private static final String MISTAKEN_COPY = "1 (copy)";

    private A2dDataset() {}

    /** Opens {@code train} or {@code test}. */
    static FileDataset open(Path root, String split) {
        var problems = new ArrayList<DatasetProblem>();
        var sentences = sentences(root, problems);
        var missed = missed(root);
        var clips = Files.isDirectory(root.resolve("Release/CLIPS320"))
                ? root.resolve("Release/CLIPS320")
                : root.resolve("Release/clips320H");
        var videos = new ArrayList<ReferringVideo>();
        String usage = split.equals("train") ? "0" : "1";
        var file = root.resolve(VIDEOS);
        int line = 0;
        for (String[] row : rows(file)) {
            line++;
            if (row.length <= USAGE_COLUMN || !row[FRAMES_COLUMN].matches("[1-9][0-9]{0,5}")) {
                problems.add(new DatasetProblem(
                        row[0], "", file + ", line " + line + ": expected 9 columns, the 7th a number of frames"));
                continue;
            }
            String id = row[0];
            if (!row[USAGE_COLUMN].equals(usage) || missed.contains(id) || !sentences.containsKey(id)) {
                continue;
            }
            if (!MetaReader.isSafeName(id)) {
                problems.add(new DatasetProblem(id, "", file + ", line " + line + ": the id is no plain file name"));
                continue;
            }
            var frames = IntStream.rangeClosed(1, Integer.parseInt(row[FRAMES_COLUMN]))
                    .mapToObj(t -> String.format(Locale.ROOT, "%05d", t))
                    .toList();
            videos.add(new ReferringVideo(id, frames, sentences.get(id), clips.resolve(id + ".mp4"), ""));
        }
        return new FileDataset(Layout.A2D_SENTENCES, root, videos, problems, new HdfMasks(root));
    }

    private static List<String[]> rows(Path file) {
        var mapper = new CsvMapper();
        mapper.enable(CsvParser.Feature.WRAP_AS_ARRAY);
        try (var in = Files.newBufferedReader(file, StandardCharsets.UTF_8);
                MappingIterator<String[]> rows =
                        mapper.readerFor(String[].class).readValues(in)) {
            return rows.readAll();
        } catch (IOException | RuntimeException e) {
            throw new DatasetException(file + " cannot be read as CSV: " + e.getMessage());
        }
    }

    private static Map<String, List<Expression>> sentences(Path root, List<DatasetProblem> problems) {
        var file = root.resolve(TEXTS);
        var byVideo = new LinkedHashMap<String, List<Expression>>();
        int line = 0;
        for (String[] row : rows(file)) {
            line++;
            if (line == 1 && row[0].strip().equals("video_id") || row.length > 1 && row[1].equals(MISTAKEN_COPY)) {
                continue;
            }
            if (row.length != 3 || !row[1].matches("[0-9]{1,6}") || row[2].isBlank()) {
                problems.add(new DatasetProblem(
                        row[0], "", file + ", line " + line + ": expected video_id, instance_id, query"));
                continue;
            }
            var ofVideo = byVideo.computeIfAbsent(row[0], key -> new ArrayList<>());
            ofVideo.add(new Expression(Integer.toString(ofVideo.size()), row[2], Optional.of(List.of(row[1])), ""));
        }
        return byVideo;
    }

    private static Set<String> missed(Path root) {
        try {
            return new HashSet<>(Files.readAllLines(root.resolve(MISSED)));
        } catch (IOException e) {
            throw new DatasetException(root.resolve(MISSED) + " cannot be read; it names the videos to leave out");
        }
    }

    /** The annotated frames of every video. */
    private static final class HdfMasks implements MaskSource {
        private final Path folder;
        private final RecentVideos<Map<Integer, Map<String, Rle>>> videos = new RecentVideos<>(this::read);

        HdfMasks(Path root) {
            this.folder = root.resolve("text_annotations/a2d_annotation_with_instances");
        }

        @Override
        public boolean isPresent() {
            return Files.isDirectory(folder);
        }

        @Override
        public Set<String> known(ReferringVideo video) {
            var known = new HashSet<String>();
            videos.get(video).values().forEach(frame -> known.addAll(frame.keySet()));
            return known;
        }

        @Override
        public List<Rle> masks(ReferringVideo video, String object, int height, int width) {
            var masks = new ArrayList<Rle>();
            for (int t = 0; t < video.frameNames().size(); t++) {
                masks.add(videos.get(video).getOrDefault(t, Map.of()).getOrDefault(object, Rle.empty(height, width)));
            }
            return List.copyOf(masks);
        }

        @Override
        public BitSet scored(ReferringVideo video, Expression expression) {
            var scored = new BitSet();
            var ids = expression.annotationIds().orElse(List.of());
            videos.get(video).forEach((t, instances) -> {
                if (ids.stream().anyMatch(instances::containsKey)) {
                    scored.set(t);
                }
            });
            return scored;
        }

        /** By frame and instance; frames count from 0 here and from 1 in the files' names. */
        private Map<Integer, Map<String, Rle>> read(ReferringVideo video) {
            var frames = new TreeMap<Integer, Map<String, Rle>>();
            var ofVideo = folder.resolve(video.id());
            try (var listing = Files.list(ofVideo)) {
                for (var file : listing.filter(each -> each.toString().endsWith(".h5"))
                        .sorted()
                        .toList()) {
                    String name = file.getFileName().toString().replace(".h5", "");
                    int t = video.frameNames().indexOf(name);
                    if (t < 0) {
                        throw new DatasetException(file + " annotates no frame of the clip, which has "
                                + video.frameNames().size());
                    }
                    frames.put(t, InstanceMasks.read(file));
                }
            } catch (IOException e) {
                throw new DatasetException(
                        Files.isDirectory(ofVideo) ? String.valueOf(e.getMessage()) : ofVideo + " is missing");
            }
            return frames;
        }
    }
}
