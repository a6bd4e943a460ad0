package org.sola.precompute;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import org.sola.mask.Mask;
import org.sola.mask.Rle;

/** Small made-up results for tests of the cache. */
final class SampleVideos {
    static final Fingerprint FINGERPRINT =
            new Fingerprint("sam2.1-nano", "ab".repeat(32), Map.of("grid.pointsPerSide", "12", "name", "demo"));
    static final CacheManifest.Origin ORIGIN = new CacheManifest.Origin("grid", 9, 6, "6 files, 100 bytes");

    private SampleVideos() {}

    static VideoTracks video(String id, int tracks, long seed) {
        var random = new Random(seed);
        int frames = 6;
        int dim = 4;
        var list = new ArrayList<Track>();
        for (int n = 0; n < tracks; n++) {
            var scores = new float[frames];
            var masks = new ArrayList<Rle>();
            for (int t = 0; t < frames; t++) {
                scores[t] = random.nextFloat() - 0.5f;
                int left = random.nextInt(10);
                masks.add(Rle.encode(Mask.of(9, 13, (y, x) -> x >= left && y > 3)));
            }
            list.add(new Track(n, Track.GRID, n % frames, 0.9, 0.95, masks, scores));
        }
        var tokens = new float[tracks * frames * dim];
        for (int i = 0; i < tokens.length; i++) {
            tokens[i] = random.nextFloat();
        }
        List<String> names =
                IntStream.range(0, frames).mapToObj(t -> "0000" + t).toList();
        return new VideoTracks(id, names, 9, 13, list, tokens, dim);
    }
}
