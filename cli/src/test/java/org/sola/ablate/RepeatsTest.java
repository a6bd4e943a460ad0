package org.sola.ablate;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class RepeatsTest {
    @Test
    void theIntervalIsThatOfStudentsT() {
        var repeats = new Repeats(1, 2, 3);
        assertEquals(2, repeats.mean());
        assertEquals(1, repeats.deviation().getAsDouble(), 1e-12);
        assertEquals(4.302652729749464 / Math.sqrt(3), repeats.halfWidth().getAsDouble(), 1e-6); // t(0.975, 2)
        assertEquals("2.00 ± 2.48", repeats.text());
    }

    @Test
    void oneRepeatHasNoInterval() {
        var repeats = new Repeats(48.6);
        assertTrue(repeats.halfWidth().isEmpty());
        assertTrue(repeats.p().isEmpty());
        assertEquals("48.60", repeats.text());
    }

    @Test
    void differencesAreTakenSeedBySeed() {
        var less = new Repeats(3, 5, 8).less(new Repeats(1, 2, 3));
        assertEquals(10.0 / 3, less.mean(), 1e-12);
        assertEquals(0.0634, less.p().getAsDouble(), 1e-3); // t = 10/3 / (1.5275 / sqrt 3) = 3.78, 2 degrees
        assertThrows(IllegalArgumentException.class, () -> less.less(new Repeats(1)));
    }

    @Test
    void valuesThatDoNotDifferHaveNoP() {
        assertTrue(new Repeats(2, 2, 2).p().isEmpty());
    }
}
