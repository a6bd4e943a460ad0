package org.sola.sam2;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.ndarray.NDManager;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.sola.mask.Mask;
import org.sola.sam2.TrackPropagator.Seed;
import org.sola.tensor.Weights;

class TrackPropagatorTest {
    /** A nano network at the smallest useful size: 4x4 positions, so that hundreds of frames take seconds. */
    private static Sam2Config tiny() throws Exception {
        return Sam2VideoTest.nano().withImageSize(64);
    }

    /** Four different frames, over and over. */
    static FrameFeatureSource features(NDManager manager, Sam2Config config, int frameCount) {
        var few = new ArrayList<FrameFeatures>();
        for (int i = 0; i < 4; i++) {
            few.add(Sam2VideoTest.features(manager, config, "f" + i, 1));
        }
        return new FrameFeatureSource() {
            @Override
            public int frameCount() {
                return frameCount;
            }

            @Override
            public FrameFeatures at(int frame) {
                return few.get(frame % few.size());
            }
        };
    }

    private static Mask square(int left, int top) {
        return Mask.of(48, 80, (y, x) -> y >= top && y < top + 20 && x >= left && x < left + 24);
    }

    private static Map<Long, Map<Integer, ObjectFrame>> tracks(
            Sam2Video model, FrameFeatureSource frames, List<Seed> seeds) {
        var tracks = new TreeMap<Long, Map<Integer, ObjectFrame>>();
        TrackPropagator.of(model)
                .propagate(
                        frames,
                        seeds,
                        (frame, answers) -> answers.forEach(answer -> {
                            assertEquals(frame, answer.frame());
                            var previous = tracks.computeIfAbsent(answer.objectId(), id -> new TreeMap<>())
                                    .put(frame, answer);
                            assertEquals(
                                    null,
                                    previous,
                                    "a second answer of track " + answer.objectId() + " on frame " + frame);
                        }));
        return tracks;
    }

    @Test
    void tracksEqualThoseOfASessionWithOneObjectForwardThenInReverse() throws Exception {
        try (var manager = NDManager.newBaseManager("PyTorch")) {
            var config = tiny();
            var model = Sam2Video.of(config, Weights.initialise(11, manager));
            var frames = features(manager, config, 44);
            var seeds = List.of(
                    new Seed(7, 20, square(10, 10)),
                    new Seed(8, 20, square(40, 20)),
                    new Seed(9, 3, square(0, 0)),
                    new Seed(10, 43, square(30, 5)),
                    new Seed(11, 0, square(50, 25)));
            var together = tracks(model, frames, seeds);
            assertEquals(5, together.size());
            for (var seed : seeds) {
                try (var session = Sam2VideoPredictor.of(model).open(frames, 48, 80)) {
                    session.add(1, seed.frame(), new Prompt.MaskPrompt(seed.mask()));
                    session.propagate(Direction.FORWARD).forEach(result -> {});
                    session.propagate(Direction.REVERSE).forEach(result -> {});
                    var track = together.get(seed.trackId());
                    assertEquals(44, track.size());
                    for (int frame = 0; frame < 44; frame++) {
                        var alone = session.result(frame).objects().get(0);
                        assertArrayEquals(alone.logits(), track.get(frame).logits(), 2e-3f);
                        assertArrayEquals(alone.pointer(), track.get(frame).pointer(), 1e-4f);
                        assertEquals(alone.score(), track.get(frame).score(), 1e-4);
                    }
                }
            }
        }
    }

    @Test
    void nativeArraysDoNotGrowWithTheVideo() throws Exception {
        try (var manager = NDManager.newBaseManager("PyTorch")) {
            var config = tiny();
            var model = Sam2Video.of(config, Weights.initialise(12, manager));
            var frames = features(manager, config, 300);
            var seeds = List.of(new Seed(1, 40, square(10, 10)), new Seed(2, 150, square(40, 20)));
            var counts = new ArrayList<Integer>();
            TrackPropagator.of(model)
                    .propagate(
                            frames,
                            seeds,
                            (frame, answers) ->
                                    counts.add(manager.getManagedArrays().size()));
            assertEquals(260 + 150, counts.size());
            int early = counts.subList(40, 100).stream().max(Integer::compare).orElseThrow();
            int most = counts.stream().max(Integer::compare).orElseThrow();
            // each of the two tracks holds its prompted frame, 6 memories and 15 pointers, and what waits for the
            // reverse
            assertTrue(most <= early + 60, "native arrays grew from " + early + " to " + most);
            int later = counts.subList(200, 260).stream().max(Integer::compare).orElseThrow();
            int lastOnes =
                    counts.subList(350, 410).stream().max(Integer::compare).orElseThrow();
            assertTrue(lastOnes <= later, "native arrays grew from " + later + " to " + lastOnes);
        }
    }
}
