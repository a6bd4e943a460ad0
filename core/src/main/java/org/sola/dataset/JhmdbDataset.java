package org.sola.dataset;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import org.sola.mask.Rle;

/**
 * JHMDB-Sentences: frames in {@code Rename_Images/ACTION/VIDEO/%05d.png}, masks in
 * {@code puppet_mask/ACTION/VIDEO/puppet_mask.mat}, and which three frames of a video are scored in
 * {@code jhmdb_sentences_samples_metadata.json}. They were drawn once at random, so the published file is needed.
 * Frames beyond the last mask are not used.
 */
final class JhmdbDataset {
    static final String SAMPLES = "jhmdb_sentences_samples_metadata.json";

    /** The only object of a video. */
    static final String OBJECT = "1";

    private static final int FIELDS = 5;

    private final Path root;
    private final Path file;
    private final List<DatasetProblem> problems = new ArrayList<>();
    private final Map<String, Entry> entries = new LinkedHashMap<>();

    /** What the samples say of a video. */
    private record Entry(String action, int frames, String text, BitSet scored) {}

    private JhmdbDataset(Path root) {
        this.root = root;
        this.file = root.resolve(SAMPLES);
    }

    static FileDataset open(Path root) {
        var reader = new JhmdbDataset(root);
        reader.readSamples();
        var videos = new ArrayList<ReferringVideo>();
        var masks = new HashMap<String, Path>();
        var scored = new HashMap<String, BitSet>();
        reader.entries.forEach((id, entry) -> {
            videos.add(video(root, id, entry));
            masks.put(id, root.resolve("puppet_mask/" + entry.action() + "/" + id + "/puppet_mask.mat"));
            scored.put(id, entry.scored());
        });
        return new FileDataset(
                Layout.JHMDB_SENTENCES, root, videos, reader.problems, new MatMasks(root, masks, scored));
    }

    private static ReferringVideo video(Path root, String id, Entry entry) {
        var frames = IntStream.rangeClosed(1, entry.frames())
                .mapToObj(t -> String.format(Locale.ROOT, "%05d", t))
                .toList();
        var expression = new Expression("0", entry.text(), Optional.of(List.of(OBJECT)), "");
        return new ReferringVideo(
                id, frames, List.of(expression), root.resolve("Rename_Images/" + entry.action() + "/" + id), ".png");
    }

    private void readSamples() {
        if (!Files.isRegularFile(file)) {
            throw new DatasetException(file + " is missing; it names the frames that are scored, and with frames drawn"
                    + " anew no result compares with a published one");
        }
        MetaReader.parse(file, parser -> {
            JsonNode list = MetaReader.JSON.readTree(parser);
            if (!list.isArray()) {
                throw new DatasetException(
                        file + " is no list; expected [video, frame, masks, frames with masks, text]");
            }
            for (int i = 0; i < list.size(); i++) {
                readSample("entry " + i, list.get(i));
            }
        });
    }

    private void readSample(String at, JsonNode sample) {
        String video = sample.path(0).asText();
        var frame = sample.path(1).asText().split("/", -1);
        int n = frame.length;
        boolean isSound = sample.size() == FIELDS
                && n >= 3
                && frame[n - 2].equals(video)
                && MetaReader.isSafeName(video)
                && MetaReader.isSafeName(frame[n - 3])
                && frame[n - 1].matches("[0-9]{5}\\.png")
                && sample.path(3).isInt()
                && !sample.path(4).asText().isBlank();
        if (!isSound) {
            problems.add(new DatasetProblem(
                    video,
                    "",
                    file + ", " + at + ": found " + sample
                            + ", expected [video, .../ACTION/VIDEO/00001.png, mask file, frames with masks, text]"));
            return;
        }
        int frames = sample.path(3).asInt();
        var entry = entries.computeIfAbsent(
                video, key -> new Entry(frame[n - 3], frames, sample.path(4).asText(), new BitSet()));
        int number = Integer.parseInt(frame[n - 1].substring(0, 5));
        if (number < 1 || number > frames || frames != entry.frames()) {
            problems.add(new DatasetProblem(
                    video, "", file + ", " + at + ": frame " + number + " of " + frames + " with masks"));
            return;
        }
        entry.scored().set(number - 1);
    }

    /** The masks of every video, a MATLAB file each. */
    private static final class MatMasks implements MaskSource {
        private final Path root;
        private final Map<String, Path> files;
        private final Map<String, BitSet> scored;
        private final RecentVideos<List<Rle>> videos = new RecentVideos<>(this::read);

        MatMasks(Path root, Map<String, Path> files, Map<String, BitSet> scored) {
            this.root = root;
            this.files = Map.copyOf(files);
            this.scored = Map.copyOf(scored);
        }

        @Override
        public boolean isPresent() {
            return Files.isDirectory(root.resolve("puppet_mask"));
        }

        @Override
        public Set<String> known(ReferringVideo video) {
            return Set.of(OBJECT);
        }

        @Override
        public List<Rle> masks(ReferringVideo video, String object, int height, int width) {
            return videos.get(video);
        }

        @Override
        public BitSet scored(ReferringVideo video, Expression expression) {
            return (BitSet) scored.get(video.id()).clone();
        }

        private List<Rle> read(ReferringVideo video) {
            var path = files.get(video.id());
            try {
                return PuppetMasks.read(path, video.frameNames().size());
            } catch (IOException e) {
                throw new DatasetException(e.getMessage());
            }
        }
    }
}
