package org.sola.sam2;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.ndarray.NDManager;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.sola.mask.Mask;
import org.sola.tensor.Weights;

class VideoSessionTest {
    private static final int FRAMES = 5;

    private final NDManager manager = NDManager.newBaseManager("PyTorch");
    private Sam2Video model;
    private FrameFeatureSource frames;

    @BeforeEach
    void build() throws Exception {
        var config = Sam2VideoTest.nano().withImageSize(64);
        model = Sam2Video.of(config, Weights.initialise(21, manager));
        frames = TrackPropagatorTest.features(manager, config, FRAMES);
    }

    @AfterEach
    void close() {
        manager.close();
    }

    private void inSession(VideoSettings settings, Consumer<VideoSession> body) {
        try (var session = Sam2VideoPredictor.of(model, settings).open(frames, 48, 80)) {
            body.accept(session);
        }
    }

    private static Prompt.MaskPrompt square(int left) {
        return new Prompt.MaskPrompt(Mask.of(48, 80, (y, x) -> y >= 10 && y < 40 && x >= left && x < left + 30));
    }

    private static void follow(VideoSession session, Direction direction) {
        session.propagate(direction).forEach(result -> {});
    }

    @Test
    void aClickAddedLaterRefinesWhatTheFirstOneGave() {
        inSession(VideoSettings.official(), session -> {
            var first = session.add(1, 0, Prompt.point(30, 20)).objects().get(0);
            var again = session.refine(1, 0, new Prompt.PointPrompt(List.of(new Prompt.Click(50, 30, false))));
            assertFalse(java.util.Arrays.equals(
                    first.logits(), again.objects().get(0).logits()));
        });
    }

    @Test
    void aCorrectionOfATrackedFrameIsAnOrdinaryMemoryUnlessToldOtherwise() {
        for (boolean conditions : new boolean[] {false, true}) {
            inSession(VideoSettings.official().withCorrectionsAsConditioning(conditions), session -> {
                session.add(1, 0, square(20));
                follow(session, Direction.FORWARD);
                var corrected = session.add(1, 3, square(40)).objects().get(0);
                follow(session, Direction.FORWARD);
                assertEquals(conditions, session.isConditioning(1, 3));
                assertEquals(
                        conditions,
                        java.util.Arrays.equals(
                                corrected.logits(),
                                session.result(3).objects().get(0).logits()));
            });
        }
    }

    @Test
    void removingAnObjectLeavesTheOthersAsTheyAre() {
        inSession(VideoSettings.official(), session -> {
            session.add(1, 0, square(5));
            session.add(2, 1, square(40));
            follow(session, Direction.FORWARD);
            var before = session.result(4).objects().get(1).logits();
            session.remove(1);
            assertEquals(List.of(2L), session.objectIds());
            assertArrayEquals(before, session.result(4).objects().get(0).logits());
            session.reset();
            assertTrue(session.result(4).objects().isEmpty());
        });
    }

    @Test
    void clearedPromptsLeaveAnOrdinaryMemoryAndNothingToStartFrom() {
        inSession(VideoSettings.official(), session -> {
            session.add(1, 0, square(5));
            follow(session, Direction.FORWARD);
            session.clearPrompts(1, 0);
            assertFalse(session.isConditioning(1, 0));
            assertTrue(session.memory(1, 0).isPresent());
            assertThrows(IllegalStateException.class, () -> session.propagate(Direction.FORWARD));
        });
    }

    @Test
    void lettingFramesGoChangesNoMaskAndHoldsNoMoreWithTheVideosLength() throws Exception {
        var frames60 = TrackPropagatorTest.features(manager, model.config(), 60);
        var arrays = new ArrayList<Integer>();
        var kept = new ArrayList<float[]>();
        for (boolean keeps : new boolean[] {true, false}) {
            var settings = VideoSettings.official().withAllFramesKept(keeps);
            try (var session = Sam2VideoPredictor.of(model, settings).open(frames60, 48, 80)) {
                session.add(1, 20, square(5));
                session.add(2, 22, square(40));
                var found = new ArrayList<float[]>();
                for (var direction : List.of(Direction.FORWARD, Direction.REVERSE, Direction.FORWARD)) {
                    session.propagate(direction).forEach(result -> {
                        result.objects().forEach(object -> found.add(object.logits()));
                        arrays.add(manager.getManagedArrays().size());
                    });
                }
                if (keeps) {
                    kept.addAll(found);
                    arrays.clear();
                    continue;
                }
                assertEquals(kept.size(), found.size());
                for (int i = 0; i < found.size(); i++) {
                    assertArrayEquals(kept.get(i), found.get(i), "answer " + i);
                }
                assertTrue(session.result(40).objects().isEmpty(), "answers are let go too");
                for (var call : List.<org.junit.jupiter.api.function.Executable>of(
                        () -> session.add(1, 45, square(5)), () -> session.propagate(Direction.FORWARD, 45, 3))) {
                    var error = assertThrows(IllegalStateException.class, call);
                    assertTrue(error.getMessage().contains("let go"), error.getMessage());
                }
            }
        }
        assertEquals(arrays.get(32), arrays.get(39), "the end of the first pass holds what its middle does: " + arrays);
        int most = Collections.max(arrays.subList(0, 40)); // what is near the start is kept on both sides of it
        assertTrue(Collections.max(arrays) <= most + 60, "arrays with the video: " + arrays);
    }

    @Test
    void masksDoNotOverlapWhereTheyMustNot() {
        inSession(VideoSettings.official().withMasks(true, 0), session -> {
            session.add(1, 0, square(5));
            var result = session.add(2, 0, square(20));
            assertEquals(
                    0, result.masks().get(0).intersectionPixels(result.masks().get(1)));
            assertTrue(result.masks().get(0).areaPixels() > 0);
        });
    }

    @Test
    void smallHolesAreFilledAndLargeOnesStay() {
        var logits = new float[100];
        java.util.Arrays.fill(logits, 3f);
        logits[11] = -1f; // one pixel
        for (int i : new int[] {55, 56, 65, 66}) {
            logits[i] = -2f;
        }
        var filled = NativeMasks.fillHoles(logits, 10, 10, 2);
        assertEquals(0.1f, filled[11]);
        assertEquals(-2f, filled[55]);
    }

    @Test
    void reverseFromTheFirstFrameIsEmpty() {
        inSession(VideoSettings.official(), session -> {
            session.add(1, 0, square(5));
            assertEquals(0, session.propagate(Direction.REVERSE).count());
        });
    }

    @Test
    void whatCannotBeDoneIsSaid() {
        inSession(VideoSettings.official(), session -> {
            assertThrows(IllegalStateException.class, () -> session.propagate(Direction.FORWARD));
            assertThrows(IllegalArgumentException.class, () -> session.add(1, FRAMES, Prompt.point(1, 1)));
            assertThrows(IllegalArgumentException.class, () -> session.remove(4));
            var wrongSize = new Prompt.MaskPrompt(Mask.empty(48, 81));
            var error = assertThrows(IllegalArgumentException.class, () -> session.add(1, 0, wrongSize));
            assertTrue(error.getMessage().contains("48x81"), error.getMessage());
            assertEquals(List.of(), session.objectIds());
        });
    }

    @Test
    void closedSessionsLeaveNoNativeArrays() {
        inSession(VideoSettings.official(), session -> {
            session.add(1, 0, square(5));
            follow(session, Direction.FORWARD);
        });
        int before = manager.getManagedArrays().size();
        inSession(VideoSettings.official(), session -> {
            session.add(1, 2, Prompt.point(30, 20));
            session.add(2, 1, square(5));
            follow(session, Direction.FORWARD);
            session.add(1, 4, Prompt.point(10, 20));
            follow(session, Direction.REVERSE);
        });
        assertEquals(before, manager.getManagedArrays().size());
    }
}
