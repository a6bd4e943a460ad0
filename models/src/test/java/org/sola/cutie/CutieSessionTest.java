package org.sola.cutie;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.NDScope;
import java.util.List;
import java.util.function.BiConsumer;
import org.junit.jupiter.api.Test;
import org.sola.mask.Mask;

class CutieSessionTest {
    /** Opens a session of the settings; frames are encoded in the scope of each step. */
    private static void with(CutieSettings settings, BiConsumer<CutieSession, NDManager> body) {
        try (var manager = NDManager.newBaseManager("PyTorch");
                var session = NanoCutie.of(manager).open(settings, NanoCutie.HEIGHT, NanoCutie.WIDTH)) {
            body.accept(session, manager);
        }
    }

    private static Segmentation step(CutieSession session, int frame, ObjectMask... given) {
        try (var scope = new NDScope()) {
            scope.suppressNotUsedWarning();
            return session.step(session.encode(NanoCutie.frame(frame)), List.of(given));
        }
    }

    private static ObjectMask square(int id) {
        return new ObjectMask(id, NanoCutie.square(0));
    }

    private static ObjectMask corner(int id) {
        return new ObjectMask(id, NanoCutie.corner());
    }

    @Test
    void theGivenMaskComesBackOnItsFrame() {
        with(CutieSettings.official(), (session, manager) -> {
            var masks = step(session, 0, square(7)).masks();
            assertEquals(List.of(new ObjectMask(7, NanoCutie.square(0))), masks);
        });
    }

    @Test
    void sharesOfAPixelAddUpToOne() {
        with(CutieSettings.official(), (session, manager) -> {
            step(session, 0, square(1), corner(2));
            var answer = step(session, 1);
            int pixels = answer.height() * answer.width();
            for (int i = 0; i < pixels; i += 37) {
                float sum = answer.shares()[i] + answer.shares()[pixels + i] + answer.shares()[2 * pixels + i];
                assertEquals(1, sum, 1e-5);
            }
        });
    }

    @Test
    void onlyTheNewestFramesAreRememberedBesideTheFirst() {
        with(CutieSettings.official(), (session, manager) -> {
            step(session, 0, square(1));
            long places = session.state().buckets().get(0).permanent();
            assertEquals(4 * 6, places);
            for (int frame = 1; frame <= 40; frame++) {
                step(session, frame);
            }
            var bucket = session.state().buckets().get(0);
            assertEquals(places, bucket.permanent());
            assertEquals(4 * places, bucket.temporary());
            assertEquals(40, session.state().lastMemory());
        });
    }

    @Test
    void anObjectThatComesLaterHasKeysOfItsOwn() {
        with(CutieSettings.official(), (session, manager) -> {
            step(session, 0, square(1));
            step(session, 1);
            var answer = step(session, 2, corner(5));
            assertEquals(List.of(1, 5), answer.objects());
            var corner = answer.masks().get(1).mask();
            assertEquals(NanoCutie.corner(), corner);
            var state = session.state();
            assertEquals(List.of(1), state.buckets().get(0).objects());
            assertEquals(List.of(5), state.buckets().get(1).objects());
            assertEquals(3, step(session, 3).shares().length / (NanoCutie.HEIGHT * NanoCutie.WIDTH));
        });
    }

    @Test
    void aCorrectedObjectStaysInItsPlaceAndTheOthersAreStillFollowed() {
        with(CutieSettings.official(), (session, manager) -> {
            step(session, 0, square(1), corner(2));
            var answer = step(session, 1, new ObjectMask(1, NanoCutie.square(9)));
            assertEquals(List.of(1, 2), answer.objects());
            assertEquals(NanoCutie.square(9), answer.masks().get(0).mask());
        });
    }

    @Test
    void aDeletedObjectLeavesTheOthersAsTheyWere() {
        var compacting =
                new CutieSettings(0, false, false, 30, 5, 5, 5, false, CutieSettings.LongTerm.official(), false);
        with(compacting, (session, manager) -> {
            step(session, 0, square(1), corner(2));
            step(session, 1);
            session.delete(1);
            var answer = step(session, 2);
            assertEquals(List.of(2), answer.objects());
            assertEquals(List.of(2), session.state().buckets().get(0).objects());
            session.delete(2);
            assertThrows(IllegalStateException.class, () -> step(session, 3));
            assertEquals(List.of(3), step(session, 3, square(3)).objects());
            assertThrows(IllegalArgumentException.class, () -> session.delete(2));
        });
    }

    @Test
    void aClearedSessionAnswersAsANewOne() {
        with(CutieSettings.findTrackDavis().withShorterSide(48, true), (session, manager) -> {
            step(session, 0, square(1));
            var first = step(session, 1);
            step(session, 2);
            session.clear();
            step(session, 0, square(1));
            assertArrayEquals(first.shares(), step(session, 1).shares());
        });
    }

    @Test
    void ofOverlappingMasksTheLaterOneCounts() {
        with(CutieSettings.official(), (session, manager) -> {
            var whole = Mask.of(NanoCutie.HEIGHT, NanoCutie.WIDTH, (y, x) -> true);
            var masks = step(session, 0, new ObjectMask(1, whole), square(2)).masks();
            assertEquals(NanoCutie.square(0), masks.get(1).mask());
            assertEquals(whole.minus(NanoCutie.square(0)), masks.get(0).mask());
        });
    }

    @Test
    void anEmptyMaskIsFollowedLikeAnyOther() {
        with(CutieSettings.official(), (session, manager) -> {
            step(session, 0, new ObjectMask(1, Mask.empty(NanoCutie.HEIGHT, NanoCutie.WIDTH)));
            for (float share : step(session, 1).shares()) {
                assertTrue(share >= 0 && share <= 1);
            }
        });
    }

    @Test
    void wrongStepsAreRefusedInWords() {
        with(CutieSettings.official(), (session, manager) -> {
            assertThrows(IllegalStateException.class, () -> step(session, 0));
            var small = assertThrows(
                    IllegalArgumentException.class, () -> step(session, 0, new ObjectMask(4, Mask.empty(30, 40))));
            assertEquals(
                    "the mask of object 4 is 40x30, the video's frames are 90x60 (width x height)", small.getMessage());
            var twice = assertThrows(IllegalArgumentException.class, () -> step(session, 0, square(1), corner(1)));
            assertEquals("object 1 is given twice on one frame", twice.getMessage());
            assertTrue(session.objectIds().isEmpty());
            try (var scope = new NDScope()) {
                scope.suppressNotUsedWarning();
                session.step(session.encode(NanoCutie.frame(0)), List.of(square(1)), true);
            }
            assertThrows(IllegalStateException.class, () -> step(session, 1));
        });
    }

    @Test
    void theSensoryMemoryIsUpdatedAtSpreadFrames() {
        var settings = new CutieSettings(0, false, false, 30, 10, 4, 5, false, CutieSettings.LongTerm.official(), true);
        for (int frame = 0; frame < 12; frame++) {
            assertEquals(List.of(1, 4, 7, 10).contains(frame), settings.updatesSensory(frame), "frame " + frame);
        }
    }

    @Test
    void aThousandFramesTakeNoMoreMemoryThanTheFirstHundred() {
        try (var manager = NDManager.newBaseManager("PyTorch")) {
            var cutie = NanoCutie.of(manager);
            var settings = NanoCutie.condensing();
            try (var session = cutie.open(settings, NanoCutie.HEIGHT, NanoCutie.WIDTH)) {
                long mostEarly = 0;
                int arraysEarly = 0;
                boolean wasCutBack = false;
                for (int frame = 0; frame < 1000; frame++) {
                    step(session, frame, frame == 0 ? new ObjectMask[] {square(1), corner(2)} : new ObjectMask[0]);
                    var bucket = session.state().buckets().get(0);
                    assertTrue(bucket.longTerm() <= settings.longTerm().mostTokens());
                    assertTrue(bucket.temporary() < 3 * bucket.permanent());
                    wasCutBack |= frame > 100 && bucket.longTerm() < 160;
                    long bytes = bytes(manager);
                    int arrays = manager.getManagedArrays().size();
                    if (frame < 100) {
                        mostEarly = Math.max(mostEarly, bytes);
                        arraysEarly = Math.max(arraysEarly, arrays);
                    } else {
                        assertTrue(
                                bytes <= mostEarly, bytes + " bytes at frame " + frame + ", " + mostEarly + " early");
                        assertTrue(arrays <= arraysEarly, arrays + " arrays at frame " + frame);
                    }
                }
                assertTrue(wasCutBack, "the long-term memory was never full");
            }
        }
    }

    private static long bytes(NDManager manager) {
        return manager.getManagedArrays().stream()
                .mapToLong(array -> array.size() * 4)
                .sum();
    }
}
