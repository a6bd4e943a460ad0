package org.sola.precompute;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.IntStream;
import org.sola.mask.Rle;
import org.sola.mask.RleException;
import org.sola.mask.RleJson;

/**
 * Reads videos of an {@link OfficialCache}. What its files do not say is set to what it must have been, or to a stated
 * stand-in: the quality of the prompts to 0, the prompt's frame to the first one with a mask, and the object scores to 1
 * where a track has a mask and -1 where it has none.
 */
public final class OfficialCacheReader {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final OfficialCache official;
    private final String model;

    /**
     * @param official what is read
     * @param model the network that made the tokens, for the fingerprint: the files do not name it
     */
    public OfficialCacheReader(OfficialCache official, String model) {
        this.official = official;
        this.model = model;
    }

    /** A fingerprint that says where the tracks come from; the weights are not known. */
    public Fingerprint fingerprint() {
        var settings = new TreeMap<String, String>();
        settings.put("import", "SOLA's published cache");
        settings.put("dataset", official.dataset());
        settings.put("split", official.split());
        return new Fingerprint(model, "unknown", settings);
    }

    /**
     * Reads a video with all its tracks.
     *
     * @param frameNames its frames, or empty to number them
     * @throws CacheException naming file and field, when one is damaged or does not fit the others
     */
    public VideoTracks read(String video, Optional<List<String>> frameNames) throws IOException {
        var files = official.tracks(video);
        var tokens = new ArrayList<NpyFile.Matrix>();
        var masks = new ArrayList<List<Optional<Rle>>>();
        for (var track : files) {
            tokens.add(tokens(track));
            masks.add(masks(track.masks()));
            requireFit(track, tokens, masks, frameNames);
        }
        var size = masks.stream()
                .flatMap(List::stream)
                .flatMap(Optional::stream)
                .findFirst()
                .orElseThrow(() -> new CacheException(
                        official.root(), "video " + video + " has no mask in any track: its size is not known"));
        var rows = new ArrayList<Track>();
        for (int n = 0; n < files.size(); n++) {
            rows.add(track(n, files.get(n), masks.get(n), size));
        }
        int frames = tokens.get(0).rows();
        int width = tokens.get(0).columns();
        var values = new float[rows.size() * frames * width];
        for (int n = 0; n < rows.size(); n++) {
            System.arraycopy(tokens.get(n).values(), 0, values, n * frames * width, frames * width);
        }
        return new VideoTracks(
                video, frameNames.orElseGet(() -> numbered(frames)), size.height(), size.width(), rows, values, width);
    }

    /** How a video that was read came about. */
    public CacheManifest.Origin origin(VideoTracks video) {
        var sources = new TreeSet<String>();
        video.tracks().forEach(track -> sources.add(track.source()));
        return new CacheManifest.Origin(
                String.join(",", sources), video.tracks().size(), 0, "imported");
    }

    private static List<String> numbered(int frames) {
        return IntStream.range(0, frames)
                .mapToObj(t -> String.format(Locale.ROOT, "%05d", t))
                .toList();
    }

    private static NpyFile.Matrix tokens(OfficialCache.TrackFiles track) throws IOException {
        if (!Files.exists(track.tokens())) {
            throw new CacheException(track.tokens(), "is missing although " + track.masks() + " is there");
        }
        return NpyFile.read(track.tokens());
    }

    private static void requireFit(
            OfficialCache.TrackFiles track,
            List<NpyFile.Matrix> tokens,
            List<List<Optional<Rle>>> masks,
            Optional<List<String>> frameNames) {
        var first = tokens.get(0);
        var last = tokens.get(tokens.size() - 1);
        int frames = frameNames.map(List::size).orElse(first.rows());
        if (last.rows() != frames || last.columns() != first.columns()) {
            throw new CacheException(
                    track.tokens(),
                    "has shape (" + last.rows() + ", " + last.columns() + "), the video needs (" + frames + ", "
                            + first.columns() + ")");
        }
        int length = masks.get(masks.size() - 1).size();
        if (length != frames) {
            throw new CacheException(track.masks(), "field rle has " + length + " frames, its tokens have " + frames);
        }
    }

    private static List<Optional<Rle>> masks(Path file) throws IOException {
        JsonNode root;
        try {
            root = JSON.readTree(Files.readAllBytes(file));
        } catch (JsonProcessingException e) {
            throw new CacheException(file, "is no JSON: " + e.getOriginalMessage(), e);
        }
        var rle = root == null ? JSON.missingNode() : root.path("rle");
        if (!rle.isArray() || rle.isEmpty()) {
            throw new CacheException(file, "field rle: expected a list of masks, one a frame");
        }
        var masks = new ArrayList<Optional<Rle>>();
        for (var node : rle) {
            try {
                masks.add(node.isNull() ? Optional.empty() : Optional.of(RleJson.read(node)));
            } catch (RleException e) {
                throw new CacheException(file, "field rle, frame " + masks.size() + ": " + e.getMessage(), e);
            }
        }
        return masks;
    }

    private static Track track(int id, OfficialCache.TrackFiles files, List<Optional<Rle>> masks, Rle size) {
        var whole = new ArrayList<Rle>();
        var scores = new float[masks.size()];
        int promptFrame = -1;
        for (int t = 0; t < scores.length; t++) {
            var mask = masks.get(t).orElseGet(() -> Rle.empty(size.height(), size.width()));
            if (mask.height() != size.height() || mask.width() != size.width()) {
                throw new CacheException(
                        files.masks(),
                        "field rle, frame " + t + ": size " + mask.height() + "x" + mask.width()
                                + ", other masks of the video have " + size.height() + "x" + size.width());
            }
            boolean isSeen = mask.areaPixels() > 0;
            scores[t] = isSeen ? 1 : -1;
            promptFrame = promptFrame < 0 && isSeen ? t : promptFrame;
            whole.add(mask);
        }
        return new Track(id, files.source(), Math.max(0, promptFrame), 0, 0, files.expression(), whole, scores);
    }

    /** The tracks of an official cache as one of ours; a video that is there already stays. */
    public Map<String, String> importInto(
            TokenCache cache, Map<String, List<String>> frameNames, java.util.function.Consumer<String> done)
            throws IOException {
        var failed = new TreeMap<String, String>();
        for (var video : official.videoIds()) {
            try {
                if (!cache.contains(video)) {
                    var tracks = read(video, Optional.ofNullable(frameNames.get(video)));
                    cache.write(tracks, origin(tracks), fingerprint());
                }
                done.accept(video);
            } catch (CacheException | RleException e) {
                failed.put(video, e.getMessage());
            }
        }
        return failed;
    }
}
