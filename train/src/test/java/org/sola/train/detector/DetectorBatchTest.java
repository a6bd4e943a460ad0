package org.sola.train.detector;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.sola.demo.RenderedFrame;
import org.sola.image.RgbImage;

class DetectorBatchTest {
    private static final int SIZE = 64;

    /** Object 1 fills columns 0 to 39 of all rows, object 2 lies upon it at (17..22, 33..36), object 3 has one pixel. */
    private static RenderedFrame frame() {
        var owners = new byte[SIZE * SIZE];
        for (int y = 0; y < SIZE; y++) {
            for (int x = 0; x < SIZE; x++) {
                boolean isSmall = x >= 17 && x < 23 && y >= 33 && y < 37;
                owners[y * SIZE + x] = (byte) (isSmall ? 2 : x < 40 ? 1 : 0);
            }
        }
        owners[SIZE - 1] = 3;
        return new RenderedFrame(
                new RgbImage(SIZE, SIZE, new byte[3 * SIZE * SIZE]), owners, List.of(2560.0, 24.0, 1.0));
    }

    @Test
    void theCellsNearestToTheMiddleAnswerAndSmallObjectsComeFirst() {
        var batch = DetectorBatch.of(List.of(frame(), frame()), 20, 2);
        // the second frame's cells are counted on; the small object has too few pixels in any cell and takes its
        // fullest
        // one, which the large object (middle (20, 32), cells in rows 3 and 4) has to give up
        int large = 3 * 8 + 2;
        int small = 4 * 8 + 2;
        assertArrayEquals(new long[] {large, small, 64 + large, 64 + small}, batch.rows());
        assertArrayEquals(new float[] {0, 0, 40, 64, 17, 33, 23, 37, 0, 0, 40, 64, 17, 33, 23, 37}, batch.boxes());
        assertEquals(2, batch.pixels().size());
    }

    @Test
    void withoutObjectsNoCellAnswers() {
        var nothing = new RenderedFrame(
                new RgbImage(SIZE, SIZE, new byte[3 * SIZE * SIZE]), new byte[SIZE * SIZE], List.of());
        assertEquals(0, DetectorBatch.of(List.of(nothing), 20, 2).rows().length);
    }
}
