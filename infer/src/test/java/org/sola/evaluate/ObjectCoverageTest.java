package org.sola.evaluate;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.sola.mask.Mask;
import org.sola.mask.Rle;

class ObjectCoverageTest {
    private static final Rle NOTHING = Rle.empty(4, 8);
    private static final Rle LEFT = half(0);
    private static final Rle RIGHT = half(4);

    private static Rle half(int from) {
        return Rle.encode(Mask.of(4, 8, (y, x) -> x >= from && x < from + 4));
    }

    /** A mask a letter: L, R, or nothing. */
    private static List<Rle> masks(String letters) {
        var masks = new ArrayList<Rle>();
        for (char letter : letters.toCharArray()) {
            masks.add(letter == 'L' ? LEFT : letter == 'R' ? RIGHT : NOTHING);
        }
        return masks;
    }

    @Test
    void aTrackThatComesBackSurvivesAndOneThatGoesElsewhereDoesNot() {
        var truth = masks("LLL..RRR");
        assertEquals(new ObjectCoverage(1, 1, 1), ObjectCoverage.of(List.of(masks("LLL..RRR")), truth));
        var lost = ObjectCoverage.of(List.of(masks("LLL..LLL")), truth);
        assertEquals(1, lost.occlusions());
        assertEquals(0, lost.survived());
    }

    @Test
    void theTrackThatWasOnTheObjectBeforeCountsWhateverAnotherFindsAfterwards() {
        var coverage = ObjectCoverage.of(List.of(masks("LLL....."), masks(".....RRR")), masks("LLL..RRR"));
        assertEquals(1, coverage.occlusions());
        assertEquals(0, coverage.survived());
    }

    @Test
    void longGapsObjectsThatStayAwayAndObjectsWithoutTrackAreNoCases() {
        var follows = List.of(masks("LL......RR"));
        assertEquals(0, ObjectCoverage.of(follows, masks("LL......RR")).occlusions());
        assertEquals(
                0, ObjectCoverage.of(List.of(masks("LL...")), masks("LL...")).occlusions());
        assertEquals(
                0, ObjectCoverage.of(List.of(masks("RR.RR")), masks("LL.LL")).occlusions());
        assertEquals(0, ObjectCoverage.of(List.of(), masks("LL.LL")).occlusions());
    }
}
