package org.sola.tensor;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Against bilinear sampling written out. */
class SampleRowsTest {
    private static final int HEADS = 2;
    private static final int WIDTH = 3; // numbers a row and head
    private static final int POINTS = 2;
    private static final int[][] MAPS = {{4, 5}, {2, 3}}; // height, width
    private static final int ROWS = 4 * 5 + 2 * 3;

    @Test
    void everyHeadSamplesItsOwnNumbersOfEveryMapAndNothingLiesOutside() {
        var random = new Random(11);
        int queries = 40;
        float[] rows = floats(random, ROWS * HEADS * WIDTH, -1, 1);
        // beyond the maps' borders too, and exactly on a corner
        float[] places = floats(random, queries * HEADS * MAPS.length * POINTS * 2, -0.4f, 1.4f);
        places[0] = 0;
        places[1] = 0;
        places[2] = 1;
        places[3] = 1;
        float[] weights = floats(random, queries * HEADS * MAPS.length * POINTS, 0, 1);
        try (var manager = NDManager.newBaseManager("PyTorch")) {
            var got = Kernels.sampleRows(
                    manager.create(rows, new Shape(ROWS, HEADS, WIDTH)),
                    manager.create(places, new Shape(queries, HEADS, MAPS.length, POINTS, 2)),
                    manager.create(weights, new Shape(queries, HEADS, MAPS.length, POINTS)),
                    manager.create(new float[] {5, 3, 4, 2, 0, 20}, new Shape(3, MAPS.length)));
            assertArrayEquals(byDefinition(rows, places, weights, queries), got.toFloatArray(), 1e-5f);
        }
    }

    private static float[] byDefinition(float[] rows, float[] places, float[] weights, int queries) {
        var sums = new float[queries * HEADS * WIDTH];
        int at = 0;
        for (int q = 0; q < queries; q++) {
            for (int h = 0; h < HEADS; h++) {
                int first = 0;
                for (int[] map : MAPS) {
                    for (int p = 0; p < POINTS; p++, at++) {
                        double x = places[2 * at] * map[1] - 0.5;
                        double y = places[2 * at + 1] * map[0] - 0.5;
                        for (int row = 0; row < map[0]; row++) {
                            for (int column = 0; column < map[1]; column++) {
                                double share =
                                        Math.max(0, 1 - Math.abs(x - column)) * Math.max(0, 1 - Math.abs(y - row));
                                for (int c = 0; c < WIDTH; c++) {
                                    int cell = first + row * map[1] + column;
                                    sums[(q * HEADS + h) * WIDTH + c] +=
                                            (float) (weights[at] * share * rows[(cell * HEADS + h) * WIDTH + c]);
                                }
                            }
                        }
                    }
                    first += map[0] * map[1];
                }
            }
        }
        return sums;
    }

    private static float[] floats(Random random, int count, float least, float most) {
        var values = new float[count];
        for (int i = 0; i < count; i++) {
            values[i] = least + random.nextFloat() * (most - least);
        }
        return values;
    }
}
