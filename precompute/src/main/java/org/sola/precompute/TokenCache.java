package org.sola.precompute;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.DigestOutputStream;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.sola.file.AtomicFile;
import org.sola.file.Sha256;
import org.sola.tensor.MappedFloats;
import org.sola.tensor.Safetensors;
import org.sola.tensor.SafetensorsException;
import org.sola.tensor.SafetensorsWriter;

/**
 * A folder of videos' tracks: for each video {@code ID.tokens.safetensors} with {@code tokens} (N, T, D) and
 * {@code object_scores} (N, T), {@code ID.masks.json} and, written last, the manifest {@code ID.json}. Beside them may lie
 * {@code ID.overlap-RULE.safetensors}, which follows from masks and annotations and can be made again.
 *
 * <p>A video is in the cache when its manifest is there and the other files have the lengths it names. Every file is
 * whole or absent, and replacing a video first takes its manifest away, so a process that is killed leaves videos that
 * are done and videos that are not, never wrong ones. Reading is safe from several threads, as is writing of different
 * videos.
 */
public final class TokenCache {
    private static final String TOKENS = "tokens";
    private static final String SCORES = "object_scores";
    private static final String AGAIN = "; run precompute again, it makes this video anew";

    private final Path folder;
    private final CacheFiles files;

    private TokenCache(Path folder, CacheFiles files) {
        this.folder = folder;
        this.files = files;
    }

    /** A cache that is there. */
    public static TokenCache open(Path folder) {
        if (!Files.isDirectory(folder)) {
            throw new CacheException(folder, "is no folder; make the cache with: sola precompute --out " + folder);
        }
        return new TokenCache(folder, CacheFiles.DISK);
    }

    /** A cache to write to, made when it is not there. */
    public static TokenCache create(Path folder) throws IOException {
        return create(folder, CacheFiles.DISK);
    }

    static TokenCache create(Path folder, CacheFiles files) throws IOException {
        Files.createDirectories(folder);
        return new TokenCache(folder, files);
    }

    public Path folder() {
        return folder;
    }

    RunLog log() {
        return new RunLog(folder);
    }

    /** What each video has cost by its id, as far as the log knows. */
    public Map<String, TrackedVideo.Cost> costs() throws IOException {
        var costs = new LinkedHashMap<String, TrackedVideo.Cost>();
        log().read().forEach((video, entry) -> costs.put(video, entry.cost()));
        return Collections.unmodifiableMap(costs);
    }

    /** Ids of the videos that have a manifest, sorted. */
    public List<String> videoIds() throws IOException {
        try (var listing = Files.list(folder)) {
            return listing.map(
                            path -> FileSet.videoOfManifest(path.getFileName().toString()))
                    .flatMap(Optional::stream)
                    .sorted()
                    .toList();
        }
    }

    /** Whether the video is here whole, as far as lengths tell. */
    public boolean contains(String video) throws IOException {
        var set = FileSet.of(folder, video);
        if (!Files.exists(set.manifest())) {
            return false;
        }
        var manifest = CacheManifest.read(set.manifest());
        return hasLength(set.tokens(), manifest.tokens()) && hasLength(set.masks(), manifest.masks());
    }

    private static boolean hasLength(Path file, CacheManifest.Part part) throws IOException {
        return Files.exists(file) && Files.size(file) == part.bytes();
    }

    /** The manifest of a video. */
    public CacheManifest manifest(String video) throws IOException {
        var file = FileSet.of(folder, video).manifest();
        if (!Files.exists(file)) {
            throw new CacheException(
                    folder, "holds no video \"" + video + "\" (of " + videoIds().size() + "); run precompute for it");
        }
        var manifest = CacheManifest.read(file);
        if (!manifest.video().equals(video)) {
            throw new CacheException(file, "is the manifest of video \"" + manifest.video() + "\": it was renamed");
        }
        return manifest;
    }

    /**
     * Refuses a cache of which any video was made by something else than {@code expected}.
     *
     * @throws CacheException naming the first such video and what differs
     */
    public void requireFingerprint(Fingerprint expected) throws IOException {
        for (var video : videoIds()) {
            requireFingerprint(expected, manifest(video));
        }
    }

    void requireFingerprint(Fingerprint expected, CacheManifest manifest) {
        var differences = expected.differences(manifest.fingerprint());
        if (!differences.isEmpty()) {
            throw new CacheException(
                    folder,
                    "was made with other weights or settings (video " + manifest.video() + "): "
                            + String.join("; ", differences)
                            + " (in the cache). Use the settings it was made with, another folder, or --overwrite");
        }
    }

    /** Reads and cross-checks a video. */
    public VideoTracks read(String video) throws IOException {
        var manifest = manifest(video);
        var set = FileSet.of(folder, video);
        requireLength(set.tokens(), manifest.tokens());
        requireLength(set.masks(), manifest.masks());
        var masks = MaskFile.read(set.masks());
        requireEqual(set.masks(), "tracks", masks.tracks().size(), manifest.tracks());
        requireEqual(set.masks(), "frames", masks.frameNames().size(), manifest.frames());
        var tensors = open(set);
        float[] tokens = tensor(tensors, TOKENS, manifest.tracks(), manifest.frames(), manifest.tokenDim());
        float[] scores = tensor(tensors, SCORES, manifest.tracks(), manifest.frames());
        var tracks = new ArrayList<Track>();
        for (int row = 0; row < manifest.tracks(); row++) {
            var own = java.util.Arrays.copyOfRange(scores, row * manifest.frames(), (row + 1) * manifest.frames());
            try {
                tracks.add(masks.tracks().get(row).withScores(own));
            } catch (IllegalArgumentException e) {
                throw new CacheException(set.masks(), "is damaged: " + e.getMessage() + AGAIN, e);
            }
        }
        return new VideoTracks(
                video, masks.frameNames(), manifest.height(), manifest.width(), tracks, tokens, manifest.tokenDim());
    }

    /** The object tokens of a video, mapped, for what knows the video's tracks already; the caller closes them. */
    public MappedTokens mapTokens(CacheManifest manifest) throws IOException {
        var set = FileSet.of(folder, manifest.video());
        requireLength(set.tokens(), manifest.tokens());
        var tensors = open(set);
        requireShape(tensors, TOKENS, manifest.tracks(), manifest.frames(), manifest.tokenDim());
        return new MappedTokens(MappedFloats.open(tensors, TOKENS), manifest);
    }

    /** The file for the overlap of a video's tracks with what is annotated, by a rule of this name. */
    public Path overlap(String video, String rule) {
        return FileSet.of(folder, video).overlap(rule);
    }

    private static Safetensors open(FileSet set) throws IOException {
        try {
            return Safetensors.open(set.tokens());
        } catch (SafetensorsException e) {
            throw new CacheException(set.tokens(), "is damaged: " + e.getMessage() + AGAIN, e);
        }
    }

    private static float[] tensor(Safetensors tensors, String name, long... shape) throws IOException {
        requireShape(tensors, name, shape);
        return tensors.floats(name);
    }

    private static void requireShape(Safetensors tensors, String name, long... shape) {
        var expected = java.util.Arrays.stream(shape).boxed().toList();
        if (!tensors.tensors().containsKey(name)) {
            throw new CacheException(tensors.file(), "has no tensor \"" + name + "\"" + AGAIN);
        }
        var found = tensors.info(name).shape();
        if (!found.equals(expected)) {
            throw new CacheException(
                    tensors.file(),
                    "tensor \"" + name + "\" has shape " + found + ", the manifest says " + expected
                            + " (tracks, frames, width)" + AGAIN);
        }
    }

    private static void requireEqual(Path file, String what, int found, int expected) {
        if (found != expected) {
            throw new CacheException(file, "has " + found + " " + what + ", its manifest says " + expected + AGAIN);
        }
    }

    private static void requireLength(Path file, CacheManifest.Part part) throws IOException {
        try {
            long size = Files.size(file);
            if (size != part.bytes()) {
                throw new CacheException(
                        file,
                        "has " + size + " bytes, its manifest says " + part.bytes()
                                + (size < part.bytes() ? ": it is truncated" : ": it was changed") + AGAIN);
            }
        } catch (NoSuchFileException e) {
            throw new CacheException(file, "is missing although its manifest is there" + AGAIN, e);
        }
    }

    /** Writes a video, replacing what was there of it. */
    public void write(VideoTracks video, CacheManifest.Origin origin, Fingerprint fingerprint) throws IOException {
        var set = FileSet.of(folder, video.videoId());
        files.delete(set.manifest());
        var tensors = new SafetensorsWriter()
                .add(TOKENS, video.tokens(), video.tracks().size(), video.frames(), video.tokenDim())
                .add(SCORES, scores(video), video.tracks().size(), video.frames());
        var tokens = writePart(set.tokens(), tensors::write);
        var masks = writePart(set.masks(), out -> MaskFile.write(video, out));
        var manifest = new CacheManifest(
                video.videoId(),
                video.frames(),
                video.height(),
                video.width(),
                video.tracks().size(),
                video.tokenDim(),
                origin,
                fingerprint,
                tokens,
                masks);
        files.write(set.manifest(), manifest::write);
    }

    private static float[] scores(VideoTracks video) {
        var scores = new float[video.tracks().size() * video.frames()];
        for (int row = 0; row < video.tracks().size(); row++) {
            System.arraycopy(video.tracks().get(row).objectScores(), 0, scores, row * video.frames(), video.frames());
        }
        return scores;
    }

    private CacheManifest.Part writePart(Path file, AtomicFile.Writer body) throws IOException {
        var digest = Sha256.digest();
        var length = new long[1];
        files.write(file, out -> {
            digest.reset();
            length[0] = 0;
            body.write(new DigestOutputStream(
                    new OutputStream() {
                        @Override
                        public void write(int value) throws IOException {
                            write(new byte[] {(byte) value}, 0, 1);
                        }

                        @Override
                        public void write(byte[] bytes, int from, int count) throws IOException {
                            out.write(bytes, from, count);
                            length[0] += count;
                        }
                    },
                    digest));
        });
        return new CacheManifest.Part(length[0], Sha256.hex(digest));
    }
}
