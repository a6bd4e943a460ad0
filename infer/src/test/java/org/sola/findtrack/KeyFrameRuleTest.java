package org.sola.findtrack;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.OptionalInt;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.sola.mask.Mask;
import org.sola.mask.Rle;

class KeyFrameRuleTest {
    private static final Rle SOMETHING = Rle.encode(Mask.of(2, 2, (y, x) -> true));
    private static final Rle NOTHING = Rle.empty(2, 2);

    private static KeyFrameRule rule(KeyFrameChoice choice, boolean skipsEmptyMasks) {
        return new KeyFrameRule(choice, 5, 0.5, 0.5, skipsEmptyMasks);
    }

    @Property
    void candidatesRunFromTheFirstFrameToTheLast(
            @ForAll @IntRange(min = 1, max = 500) int frames, @ForAll @IntRange(min = 2, max = 30) int candidates) {
        var found = new KeyFrameRule(KeyFrameChoice.BEST, candidates, 1, 0, true).frames(frames);
        assertEquals(candidates, found.size());
        assertEquals(0, found.get(0));
        assertEquals(frames - 1, found.get(candidates - 1));
        for (int i = 1; i < candidates; i++) {
            assertTrue(found.get(i) >= found.get(i - 1));
            assertTrue(found.get(i) - found.get(i - 1) <= (frames - 1) / (candidates - 1) + 1);
        }
    }

    @Test
    void aFixedChoiceHasOneCandidateAndNeedsNoAlignment() {
        assertEquals(List.of(0), rule(KeyFrameChoice.FIRST, true).frames(9));
        assertEquals(List.of(4), rule(KeyFrameChoice.MIDDLE, true).frames(9));
        assertEquals(List.of(4), rule(KeyFrameChoice.MIDDLE, true).frames(10));
        assertEquals(List.of(8), rule(KeyFrameChoice.LAST, true).frames(9));
        assertEquals(List.of(0, 0, 0, 0, 0), rule(KeyFrameChoice.BEST, true).frames(1));
        assertFalse(rule(KeyFrameChoice.LAST, true).needsAlignment());
        assertTrue(rule(KeyFrameChoice.BEST, true).needsAlignment());
        assertFalse(rule(KeyFrameChoice.BEST, true).with(5, 1, 0).needsAlignment());
    }

    @Test
    void theFirstOfEqualsWinsAndAnEmptyMaskOnlyWhereItMay() {
        var rule = rule(KeyFrameChoice.BEST, true);
        var candidates = List.of(
                new Candidate(0, NOTHING, 9, 1),
                new Candidate(3, SOMETHING, 0.5f, 0.25f),
                new Candidate(6, SOMETHING, 0.25f, 0.5f));
        assertEquals(OptionalInt.of(1), rule.choose(candidates));
        assertEquals(OptionalInt.of(2), rule.with(5, 0.2, 0.8).choose(candidates));
        assertEquals(OptionalInt.of(0), rule(KeyFrameChoice.BEST, false).choose(candidates));
        assertEquals(OptionalInt.empty(), rule.choose(candidates.subList(0, 1)));
        assertEquals(OptionalInt.empty(), rule.choose(List.of()));
    }

    @Test
    void aScoreThatIsNoNumberNeverWinsOverOneThatIs() {
        var candidates = List.of(new Candidate(0, SOMETHING, Float.NaN, 1), new Candidate(3, SOMETHING, -5, -1));
        assertEquals(OptionalInt.of(1), rule(KeyFrameChoice.BEST, true).choose(candidates));
        assertEquals(OptionalInt.of(0), rule(KeyFrameChoice.BEST, true).choose(candidates.subList(0, 1)));
    }

    @Test
    void rulesWithoutMeaningAreRefused() {
        assertThrows(IllegalArgumentException.class, () -> new KeyFrameRule(KeyFrameChoice.BEST, 1, 1, 1, true));
        assertThrows(IllegalArgumentException.class, () -> new KeyFrameRule(KeyFrameChoice.BEST, 5, 0, 0, true));
        assertThrows(IllegalArgumentException.class, () -> new KeyFrameRule(KeyFrameChoice.BEST, 5, -1, 2, true));
        assertThrows(
                IllegalArgumentException.class, () -> new KeyFrameRule(KeyFrameChoice.BEST, 5, Double.NaN, 2, true));
    }
}
