package org.sola.video;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.sola.image.RgbImage;

class BoxOverlayTest {
    private static final RgbImage GREY = new RgbImage(40, 60, new byte[40 * 60 * 3]);

    private static RgbImage paint(double left, double top, double right, double bottom, String label) {
        return BoxOverlay.paint(GREY, List.of(new BoxOverlay.Labelled(left, top, right, bottom, label)));
    }

    @Test
    void theSidesArePaintedAndTheInsideIsNot() {
        var painted = paint(10, 5, 50, 30, "");
        int colour = painted.get(5, 10, 0);
        assertNotEquals(0, colour);
        assertEquals(colour, painted.get(29, 49, 0));
        assertEquals(0, painted.get(15, 30, 0));
        assertEquals(0, painted.get(4, 10, 0));
        assertEquals(0, painted.get(30, 49, 0));
    }

    @Test
    void aBoxBeyondThePictureIsDrawnAtItsBorder() {
        assertArrayEquals(
                paint(0, 0, 60, 40, "").rgb(), paint(-9, -1e9, 1e9, 77, "").rgb());
    }

    @Test
    void aLabelIsWrittenInsideAndThePictureGivenStaysAsItIs() {
        assertNotEquals(0, paint(10, 5, 50, 30, "cup").get(10, 20, 0));
        assertArrayEquals(new byte[40 * 60 * 3], GREY.rgb());
    }
}
