package org.sola.parity;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.Test;

class StoredSliceTest {
    @Test
    void wholeTensorsKeepEveryElement() {
        assertArrayEquals(new int[] {0, 1, 2, 3, 4, 5}, StoredSlice.places("full", new long[] {2, 3}));
    }

    @Test
    void stepsCountFromTheirStart() {
        assertArrayEquals(new int[] {1, 3, 6, 8}, StoredSlice.places("full[:, 1::2]", new long[] {2, 5}));
    }

    @Test
    void whatFollowsTheBracketIsAComment() {
        assertArrayEquals(new int[] {2}, StoredSlice.places("full[:, 2::9] of [1,5]", new long[] {1, 5}));
    }

    @Test
    void axesThatAreNotNamedAreWhole() {
        assertArrayEquals(new int[] {2, 3}, StoredSlice.places("full[1]", new long[] {2, 2}));
    }

    @Test
    void flatStepsRunOverAllElements() {
        assertArrayEquals(new int[] {0, 4}, StoredSlice.places("row-major flat[::4]", new long[] {2, 3}));
    }

    @Test
    void otherFormsAreRefused() {
        assertThrows(IllegalArgumentException.class, () -> StoredSlice.places("every second", new long[] {2}));
    }
}
