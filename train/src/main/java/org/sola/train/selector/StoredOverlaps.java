package org.sola.train.selector;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.BitSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.sola.file.Sha256;
import org.sola.mask.Rle;
import org.sola.precompute.CacheManifest;
import org.sola.precompute.TokenCache;
import org.sola.tensor.Safetensors;
import org.sola.tensor.SafetensorsException;
import org.sola.tensor.SafetensorsWriter;

/**
 * The overlaps of a cache's tracks with the annotated objects, kept beside the cache: a file a video and rule, {@code
 * ID.overlap-native.safetensors} or {@code ID.overlap-resized.safetensors}. Each carries a fingerprint of the masks, the
 * annotations and the rule; a file of another fingerprint, or one that is damaged, counts as absent. Where the cache
 * cannot be written to, nothing is kept.
 */
final class StoredOverlaps {
    private static final String FORMAT = "sola-track-overlap 1";
    private static final String IOU = "iou";
    private static final String FINGERPRINT = "fingerprint";
    private static final String ROWS = "rows";
    private static final String SOURCES = "sources";
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Logger LOG = LoggerFactory.getLogger(StoredOverlaps.class);

    private final TokenCache cache;
    private final TrackOverlap.Size rule;

    StoredOverlaps(TokenCache cache, TrackOverlap.Size rule) {
        this.cache = cache;
        this.rule = rule;
    }

    /**
     * How well each of N tracks covers each of K objects.
     *
     * @param rows where the tracks are in the cache
     * @param sources what prompted each
     * @param iou (N, K)
     */
    @SuppressWarnings("ArrayRecordComponent")
    record Overlap(List<Integer> rows, List<String> sources, float[][] iou) {}

    private Path file(String video) {
        return cache.overlap(video, rule.name().toLowerCase(Locale.ROOT));
    }

    /**
     * What an overlap follows from.
     *
     * @param manifest names the masks by their hash
     * @param annotated the frames that are compared
     * @param objects the masks of each annotated object by its id, in those frames
     */
    String fingerprint(CacheManifest manifest, BitSet annotated, Map<String, List<Rle>> objects) {
        var digest = Sha256.digest();
        add(digest, FORMAT);
        add(digest, rule.name());
        add(digest, manifest.masks().sha256());
        add(digest, annotated.toString());
        for (var object : objects.entrySet()) {
            add(digest, object.getKey());
            for (var mask : object.getValue()) {
                long[] counts = mask.counts();
                var bytes = ByteBuffer.allocate(Long.BYTES * (counts.length + 1));
                bytes.putLong(counts.length);
                for (long count : counts) {
                    bytes.putLong(count);
                }
                digest.update(bytes.flip());
            }
        }
        return Sha256.hex(digest);
    }

    private static void add(MessageDigest digest, String text) {
        digest.update((text + "\n").getBytes(StandardCharsets.UTF_8));
    }

    /** What is kept of a video, if it is there and of this fingerprint. */
    Optional<Overlap> read(String video, String fingerprint) throws IOException {
        var file = file(video);
        if (!Files.exists(file)) {
            return Optional.empty();
        }
        try {
            var stored = Safetensors.open(file);
            var about = stored.metadata();
            if (!fingerprint.equals(about.get(FINGERPRINT))) {
                return Optional.empty();
            }
            List<Integer> rows = JSON.readValue(about.getOrDefault(ROWS, ""), new TypeReference<>() {});
            List<String> sources = JSON.readValue(about.getOrDefault(SOURCES, ""), new TypeReference<>() {});
            long[] shape = stored.info(IOU).dimensions();
            if (shape.length != 2 || shape[0] != rows.size() || shape[0] != sources.size()) {
                return Optional.empty();
            }
            int objects = Math.toIntExact(shape[1]);
            float[] all = stored.floats(IOU);
            var iou = new float[rows.size()][objects];
            for (int n = 0; n < iou.length; n++) {
                System.arraycopy(all, n * objects, iou[n], 0, objects);
            }
            return Optional.of(new Overlap(rows, sources, iou));
        } catch (SafetensorsException | JsonProcessingException e) {
            return Optional.empty(); // it is made again and replaced
        }
    }

    /** Keeps an overlap; where that cannot be done, it is only noted. */
    void write(String video, String fingerprint, Overlap overlap) {
        int objects = overlap.iou().length == 0 ? 0 : overlap.iou()[0].length;
        if (objects == 0 || !Files.isWritable(cache.folder())) {
            return;
        }
        try {
            writeFile(video, fingerprint, overlap, objects);
        } catch (IOException e) {
            LOG.warn("the overlaps of video {} are not kept: {}", video, e.getMessage());
        }
    }

    private void writeFile(String video, String fingerprint, Overlap overlap, int objects) throws IOException {
        var all = new float[overlap.iou().length * objects];
        for (int n = 0; n < overlap.iou().length; n++) {
            System.arraycopy(overlap.iou()[n], 0, all, n * objects, objects);
        }
        new SafetensorsWriter()
                .metadata(FINGERPRINT, fingerprint)
                .metadata(ROWS, JSON.writeValueAsString(overlap.rows()))
                .metadata(SOURCES, JSON.writeValueAsString(overlap.sources()))
                .add(IOU, all, overlap.iou().length, objects)
                .write(file(video));
    }
}
