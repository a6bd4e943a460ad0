package org.sola.precompute;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.sola.mask.Mask;
import org.sola.mask.Rle;

class DuplicateTracksTest {
    private static final Rle NOTHING = Rle.empty(8, 20);

    private static Rle columns(int from, int to) {
        return Rle.encode(Mask.of(8, 20, (y, x) -> x >= from && x < to));
    }

    @Test
    void ofTwoTracksOfOneObjectTheSmallerStays() {
        var whole = List.of(columns(0, 10), columns(2, 12));
        var tight = List.of(columns(0, 9), columns(2, 11));
        var other = List.of(columns(12, 20), columns(14, 20));
        assertEquals(List.of(1, 2), DuplicateTracks.keep(List.of(whole, tight, other), 0.8));
        assertEquals(List.of(0, 1, 2), DuplicateTracks.keep(List.of(whole, tight, other), 0.95));
    }

    @Test
    void framesInWhichNeitherIsSeenDoNotMakeTwoTracksAlike() {
        var early = List.of(columns(0, 5), NOTHING, NOTHING, NOTHING);
        var late = List.of(NOTHING, NOTHING, NOTHING, columns(0, 5));
        assertEquals(0, DuplicateTracks.meanIou(early, late));
        assertEquals(List.of(0, 1), DuplicateTracks.keep(List.of(early, late), 0.5));
    }

    @Test
    void tracksThatNeverShowAnythingAreNotDuplicates() {
        var never = List.of(NOTHING, NOTHING);
        assertEquals(List.of(0, 1), DuplicateTracks.keep(List.of(never, never), 0.7));
    }

    @Test
    void ofEqualTracksTheFirstStays() {
        var track = List.of(columns(3, 9));
        assertEquals(List.of(0), DuplicateTracks.keep(List.of(track, track, track), 0.7));
    }
}
