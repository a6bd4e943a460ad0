package org.sola.groundingdino;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DetectorInputTest {
    @ParameterizedTest(name = "{0} x {1}")
    @CsvSource({
        "480, 640, 800, 1066", // trunc(800 * 640 / 480)
        "640, 480, 1066, 800",
        "800, 1333, 800, 1333",
        "720, 1280, 750, 1333", // round(1333 * 720 / 1280) = 750, trunc(750 * 1280 / 720) = 1333
        "1, 1, 800, 800",
        "1, 8000, 1, 8000",
        "8000, 8000, 800, 800",
    })
    void sizesAreThoseOfTheOfficialCode(int height, int width, int toHeight, int toWidth) {
        assertEquals(new Levels.Size(toHeight, toWidth), DetectorInput.size(height, width));
    }

    @Test
    void aCaptionIsLowerCaseAndEndsWithAFullStop() {
        assertEquals("a cat . a dog.", Caption.normalised("  A Cat . a dog "));
        assertEquals("the red car .", Caption.normalised("The red car ."));
        assertThrows(IllegalArgumentException.class, () -> Caption.normalised(" \t"));
    }
}
