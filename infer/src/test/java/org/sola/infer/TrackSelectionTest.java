package org.sola.infer;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.sola.mask.Rle;
import org.sola.precompute.Track;
import org.sola.precompute.VideoSource;
import org.sola.precompute.VideoTracks;

class TrackSelectionTest {
    /** Gives a track's first token value as its probability, and remembers what it was asked. */
    private static final class Scorer implements TrackScorer {
        private final List<String> asked = new ArrayList<>();

        @Override
        public List<float[]> score(VideoTracks video, VideoSource source, List<String> expressions) {
            asked.add(expressions + " over "
                    + video.tracks().stream().map(Track::id).toList());
            var probabilities = new float[video.tracks().size()];
            for (int row = 0; row < probabilities.length; row++) {
                probabilities[row] = video.token(row, 0)[0];
            }
            return expressions.stream().map(text -> probabilities).toList();
        }

        @Override
        public String name() {
            return "test";
        }

        @Override
        public void close() {}
    }

    private static VideoTracks video(String... expressions) {
        var tracks = new ArrayList<Track>();
        var tokens = new float[expressions.length];
        for (int n = 0; n < expressions.length; n++) {
            String source = expressions[n].isEmpty() ? Track.GRID : Track.BOX;
            tracks.add(new Track(10 + n, source, 0, 1, 1, expressions[n], List.of(Rle.empty(4, 4)), new float[1]));
            tokens[n] = 0.6f + 0.1f * n;
        }
        return new VideoTracks("v", List.of("0"), 4, 4, tracks, tokens, 1);
    }

    private static VideoSource source() {
        var expressions = new LinkedHashMap<String, String>();
        expressions.put("a", "the cat");
        expressions.put("b", "the dog");
        return VideoSource.of(Path.of("not-read"), expressions);
    }

    @Test
    void aTrackThatWasFoundForOneExpressionIsOfferedToThatOneOnly() throws Exception {
        var scorer = new Scorer();
        var selections = TrackSelection.select(scorer, video("", "a", "b", "a"), source(), 0.5f);
        assertEquals(List.of("[the cat] over [10, 11, 13]", "[the dog] over [10, 12]"), scorer.asked);
        assertArrayEquals(new float[] {0.6f, 0.7f, 0, 0.9f}, selections.get(0).probabilities(), 1e-6f);
        assertEquals(List.of(0, 1, 3), selections.get(0).chosen());
        assertEquals(List.of(0, 2), selections.get(1).chosen());
    }

    @Test
    void tracksThatServeAllAreScoredOnceForAll() throws Exception {
        var scorer = new Scorer();
        TrackSelection.select(scorer, video("", ""), source(), 0.5f);
        assertEquals(List.of("[the cat, the dog] over [10, 11]"), scorer.asked);
    }

    @Test
    void anExpressionWithoutAnyTrackIsAnsweredWithNothing() throws Exception {
        var selections = TrackSelection.select(new Scorer(), video("a"), source(), 0.5f);
        assertEquals(List.of(0), selections.get(0).chosen());
        assertEquals(List.of(), selections.get(1).chosen());
    }
}
