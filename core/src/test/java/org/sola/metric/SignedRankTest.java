package org.sola.metric;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class SignedRankTest {
    @Test
    void fewDifferencesAreCountedOut() {
        assertEquals(2.0 / 32, SignedRank.p(1, 2, 3, 4, 5), 1e-12); // one sign pattern of 32 on either side
        assertEquals(0.4375, SignedRank.p(1, -2, 3, -4, 5, 6), 1e-12); // W- = 6: 14 of 64 patterns reach it, twice
    }

    @Test
    void differencesOfNothingAreLeftOut() {
        assertEquals(1, SignedRank.p());
        assertEquals(1, SignedRank.p(0, 0, 0));
        assertEquals(SignedRank.p(1, 2, 3, 4, 5), SignedRank.p(1, 0, 2, 0, 3, 4, 5));
    }

    @Test
    void theSignDoesNotMatterAndManyGainsAreSignificant() {
        var gains = IntStream.range(0, 40).mapToDouble(i -> 0.01 * (i - 5)).toArray();
        var losses = IntStream.range(0, 40).mapToDouble(i -> -0.01 * (i - 5)).toArray();
        assertEquals(SignedRank.p(gains), SignedRank.p(losses), 1e-9);
        assertTrue(SignedRank.p(gains) < 1e-5);
    }
}
