package org.sola.image;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.Arrays;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class ResizeTest {
    @Property(tries = 200)
    void aConstantStaysConstant(
            @ForAll Filter filter,
            @ForAll @IntRange(min = 1, max = 40) int height,
            @ForAll @IntRange(min = 1, max = 40) int width,
            @ForAll @IntRange(min = 1, max = 60) int newHeight,
            @ForAll @IntRange(min = 1, max = 60) int newWidth) {
        var planes = new float[height * width];
        Arrays.fill(planes, 0.75f);
        for (float value : Resize.planes(planes, 1, height, width, newHeight, newWidth, filter)) {
            assertEquals(0.75f, value, 1e-5f);
        }
        var rgb = new byte[height * width * 3];
        Arrays.fill(rgb, (byte) 200);
        for (byte value : Resize.image(new RgbImage(height, width, rgb), newHeight, newWidth, filter)
                .rgb()) {
            assertEquals((byte) 200, value);
        }
    }

    @Test
    void theSameSizeIsTheSameImage() {
        var image = RgbImage.black(3, 4);
        assertSame(image, Resize.image(image, 3, 4, Filter.BICUBIC_ANTIALIASED));
        var planes = new float[] {1, 2, 3, 4};
        assertSame(planes, Resize.planes(planes, 1, 2, 2, 2, 2, Filter.BILINEAR));
    }

    @Test
    void bilinearByHand() {
        // centres of the outputs lie at -0.25, 0.25, 0.75, 1.25 of the input
        assertArrayEquals(
                new float[] {0, 1, 3, 4}, Resize.planes(new float[] {0, 4}, 1, 1, 2, 1, 4, Filter.BILINEAR), 1e-6f);
        // halving with antialias: a triangle over four samples with weights 1 3 3 1, cut at the borders
        assertArrayEquals(
                new float[] {(3 * 0 + 3 * 7 + 14) / 7f, (7 + 3 * 14 + 3 * 21) / 7f},
                Resize.planes(new float[] {0, 7, 14, 21}, 1, 1, 4, 1, 2, Filter.BILINEAR_ANTIALIASED),
                1e-5f);
    }

    @Test
    void aWrongNumberOfValuesIsRefused() {
        assertThrows(IllegalArgumentException.class, () -> Resize.planes(new float[5], 1, 2, 2, 4, 4, Filter.BILINEAR));
        assertThrows(IllegalArgumentException.class, () -> Resize.image(RgbImage.black(2, 2), 0, 4, Filter.BILINEAR));
    }
}
