package org.sola.findtrack;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.ndarray.NDManager;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.sola.infer.TrackScorer;
import org.sola.mask.Rle;
import org.sola.precompute.Track;
import org.sola.precompute.VideoSource;
import org.sola.precompute.VideoTracks;
import org.sola.sam2.Sam2;
import org.sola.sam2.Sam2Config;
import org.sola.sam2.Sam2Propagator;
import org.sola.tensor.Weights;
import org.sola.video.Video;

/** Tracks of the two squares and of nothing, judged by what FindTrack's networks see. */
class HybridScorersTest {
    private static final int FRAMES = 7;
    private static final Squares VIDEO = Squares.of(FRAMES);
    private static final List<String> TEXTS = List.of("red", "blue", "green");

    private static VideoTracks tracks() {
        var tracks = new ArrayList<Track>();
        for (int n = 0; n < 3; n++) {
            var masks = new ArrayList<Rle>();
            for (int t = 0; t < FRAMES; t++) {
                masks.add(
                        switch (n) {
                            case 0 -> Rle.encode(VIDEO.red(t));
                            case 1 -> Rle.encode(VIDEO.blue());
                            default -> Rle.empty(Squares.SIDE, Squares.SIDE);
                        });
            }
            tracks.add(new Track(n, Track.GRID, 0, 1, 1, masks, new float[FRAMES]));
        }
        var names = IntStream.range(0, FRAMES).mapToObj(Integer::toString).toList();
        return new VideoTracks("squares", names, Squares.SIDE, Squares.SIDE, tracks, new float[3 * FRAMES], 1);
    }

    private static VideoSource source() {
        return new VideoSource() {
            @Override
            public String id() {
                return VIDEO.id();
            }

            @Override
            public Video open() {
                return VIDEO;
            }

            @Override
            public List<String> frameNames(int count) {
                return tracks().frameNames();
            }

            @Override
            public Map<String, List<Rle>> objects(int height, int width) {
                return Map.of();
            }

            @Override
            public String stamp() {
                return "";
            }
        };
    }

    @Test
    void theMaskOfAKeyFrameChoosesItsTrack() throws Exception {
        var home = Path.of(System.getProperty("sola.home", ".."));
        try (var manager = NDManager.newBaseManager("PyTorch")) {
            var config = Sam2Config.read(home.resolve("configs/models/sam2.1-nano.yaml"));
            var weights = Weights.open(home.resolve("checkpoints/sam2.1-nano.safetensors"), manager);
            var findTrack = FindTrack.of(
                    new KeyFrameRule(KeyFrameChoice.BEST, 3, 1, 0, true),
                    new Squares.ColourSegmenter(),
                    Sam2Propagator.of(Sam2.of(config, weights)));
            var scores = new MaskScorer(findTrack).score(tracks(), source(), TEXTS);
            assertTrue(scores.get(0)[0] > 0.6 && scores.get(0)[1] < 0.1, "red: " + scores.get(0)[0]);
            assertTrue(scores.get(1)[1] > 0.6 && scores.get(1)[0] < 0.1, "blue: " + scores.get(1)[1]);
            assertArrayEquals(new float[3], scores.get(2));
            assertEquals(0, scores.get(0)[2]);
        }
    }

    @Test
    void agreementCountsThePixelsOfAllFrames() {
        var red = tracks().tracks().get(0).masks();
        var blue = tracks().tracks().get(1).masks();
        var nothing = tracks().tracks().get(2).masks();
        assertEquals(1, MaskScorer.agreement(red, red));
        assertEquals(0, MaskScorer.agreement(red, blue));
        assertEquals(0, MaskScorer.agreement(nothing, nothing));
        var half = new ArrayList<>(nothing);
        for (int t = 0; t < 3; t++) {
            half.set(t, red.get(t));
        }
        assertEquals(3.0 / 7, MaskScorer.agreement(half, red), 1e-6);
    }

    @Test
    void everyTrackIsLookedAtOnceWhereItIsLargest() throws Exception {
        var aligner = new Squares.RightAligner();
        var scores = new AlignmentScorer(aligner, 4).score(tracks(), source(), TEXTS);
        assertEquals(1, aligner.prepared, "both tracks are as large on the first frame as later");
        for (var row : scores) { // the blue one reaches further to the right there
            assertEquals(1, row[1], 1e-6);
            assertEquals(Math.exp(10 * (28 - 66) / 96.0), row[0], 1e-4);
            assertEquals(0, row[2], "a track that is nowhere fits nothing");
        }
    }

    @Test
    void judgesAreWeighedAndClosedOnce() throws Exception {
        var closed = new int[1];
        var mixed = MixedScorer.of(
                List.of(new MixedScorer.Part(fixed(1, 0), 3), new MixedScorer.Part(fixed(0, 0.5f), 1)),
                List.of(() -> closed[0]++));
        var scores = mixed.score(tracks(), source(), List.of("red"));
        assertArrayEquals(new float[] {0.75f, 0.125f, 0}, scores.get(0), 1e-6f);
        assertEquals("fixed x 0.75 and fixed x 0.25", mixed.name());
        mixed.close();
        assertEquals(1, closed[0]);
        assertThrows(IllegalArgumentException.class, () -> new MixedScorer.Part(fixed(1, 0), 0));
        assertThrows(IllegalArgumentException.class, () -> MixedScorer.of(List.of(), List.of()));
    }

    private static TrackScorer fixed(float first, float second) {
        return new TrackScorer() {
            @Override
            public List<float[]> score(VideoTracks tracks, VideoSource video, List<String> expressions) {
                return expressions.stream()
                        .map(text -> new float[] {first, second, 0})
                        .toList();
            }

            @Override
            public String name() {
                return "fixed";
            }

            @Override
            public void close() {}
        };
    }
}
