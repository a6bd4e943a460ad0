package org.sola.train.selector;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import org.sola.dataset.MevisWriter;
import org.sola.dataset.ReferringDataset;
import org.sola.mask.Rle;
import org.sola.precompute.CacheManifest;
import org.sola.precompute.Fingerprint;
import org.sola.precompute.TokenCache;
import org.sola.precompute.Track;
import org.sola.precompute.VideoTracks;

/**
 * A made-up data set in the MeViS layout and its token cache: boxes that stand still, the first tracks on the objects, the
 * others beside them.
 *
 * @param height of frames
 * @param width of frames
 * @param tokenDim of object tokens
 */
record SyntheticSet(Path data, Path cache, int height, int width, int tokenDim) {
    private static final Fingerprint FINGERPRINT = new Fingerprint("made up", "0", Map.of("grid", "made up"));
    private static final int BOX = 12;

    /** How large a video is; its objects are tracks too. */
    record Size(int tracks, int frames, int objects, int expressions) {}

    /** Writes both. */
    void write(List<Size> videos, long seed) throws IOException {
        var random = new Random(seed);
        var tokens = TokenCache.create(cache);
        try (var writer = new MevisWriter(data)) {
            for (int v = 0; v < videos.size(); v++) {
                var size = videos.get(v);
                var id = String.format("video%05d", v);
                var names = IntStream.range(0, size.frames())
                        .mapToObj(t -> String.format("%05d", t))
                        .toList();
                var boxes = IntStream.range(0, size.tracks())
                        .mapToObj(n -> java.util.Collections.nCopies(size.frames(), box(random)))
                        .toList();
                var sentences = new ArrayList<MevisWriter.Sentence>();
                for (int e = 0; e < size.expressions(); e++) {
                    int object = e % size.objects();
                    sentences.add(new MevisWriter.Sentence(
                            "object " + object + " for the " + e + "th time", "", List.of(object)));
                }
                writer.add(id, names, boxes.subList(0, size.objects()), sentences);
                tokens.write(
                        tracks(id, names, boxes, random),
                        new CacheManifest.Origin("grid", 1, 1, "made up"),
                        FINGERPRINT);
            }
            writer.write();
        }
    }

    private Rle box(Random random) {
        int y = 1 + random.nextInt(height - BOX - 1);
        int x = random.nextInt(width - BOX - 1);
        var counts = new long[2 * BOX + 1]; // down the columns: outside and inside by turns
        counts[0] = (long) x * height + y;
        for (int column = 0; column < BOX; column++) {
            counts[2 * column + 1] = BOX;
            counts[2 * column + 2] = height - BOX;
        }
        counts[2 * BOX] = (long) height * width - counts[0] - (long) BOX * BOX - (BOX - 1L) * (height - BOX);
        return Rle.ofCounts(height, width, counts);
    }

    private VideoTracks tracks(String id, List<String> names, List<List<Rle>> boxes, Random random) {
        var tracks = new ArrayList<Track>();
        for (int n = 0; n < boxes.size(); n++) {
            // the second is of the truth, so that it can be told apart
            String source = n == 1 ? Track.TRUTH : Track.GRID;
            tracks.add(new Track(n, source, 0, 0.9, 0.9, boxes.get(n), new float[names.size()]));
        }
        var tokens = new float[tracks.size() * names.size() * tokenDim];
        for (int i = 0; i < tokens.length; i++) {
            tokens[i] = random.nextFloat() - 0.5f;
        }
        return new VideoTracks(id, names, height, width, tracks, tokens, tokenDim);
    }

    ReferringDataset dataset() {
        return ReferringDataset.open(data);
    }

    /** All of it, with every track. */
    CachedTrainingVideos videos(TrackOverlap.Size rule) throws IOException {
        var dataset = dataset();
        return CachedTrainingVideos.of(dataset, TokenCache.open(cache), dataset.videos(), rule, source -> true);
    }
}
