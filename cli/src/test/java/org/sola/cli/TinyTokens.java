package org.sola.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.sola.mask.Mask;
import org.sola.mask.Rle;
import org.sola.precompute.CacheManifest;
import org.sola.precompute.Fingerprint;
import org.sola.precompute.TokenCache;
import org.sola.precompute.Track;
import org.sola.precompute.VideoTracks;

/** A token cache of videos of {@link TinyDataset}: the object's track from the truth and from a grid, and one of the rest. */
final class TinyTokens {
    static final int WIDTH = 8;

    private static final Rle REST = Rle.encode(Mask.of(16, 16, (y, x) -> x >= 8));

    private TinyTokens() {}

    static Path write(Path folder, String... ids) throws IOException {
        var cache = TokenCache.create(folder);
        var fingerprint = new Fingerprint("tiny", "0", Map.of("grid", "made up"));
        for (String id : ids) {
            var tracks = new ArrayList<Track>();
            tracks.add(track(0, Track.TRUTH, TinyDataset.OBJECT));
            tracks.add(track(1, Track.GRID, TinyDataset.OBJECT));
            tracks.add(track(2, Track.GRID, REST));
            var tokens = new float[tracks.size() * TinyDataset.FRAMES.size() * WIDTH];
            for (int i = 0; i < tokens.length; i++) {
                boolean isObject = i < 2 * TinyDataset.FRAMES.size() * WIDTH;
                tokens[i] = (isObject ? 1 : -1) * (1 + i % WIDTH) / 8f;
            }
            var video = new VideoTracks(id, TinyDataset.FRAMES, 16, 16, tracks, tokens, WIDTH);
            cache.write(video, new CacheManifest.Origin("truth,grid", 2, 2, "made up"), fingerprint);
        }
        return folder;
    }

    private static Track track(int id, String source, Rle mask) {
        return new Track(id, source, 0, 0.9, 0.9, List.of(mask, mask), new float[] {1, 1});
    }
}
