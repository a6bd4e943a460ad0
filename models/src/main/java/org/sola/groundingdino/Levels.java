package org.sola.groundingdino;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.List;
import org.sola.tensor.EngineMemory;

/**
 * The maps of an image, flattened row by row and joined, the finest first.
 *
 * @param sizes height and width of each
 */
public record Levels(List<Size> sizes) {
    /** Height and width of a map. */
    public record Size(int height, int width) {
        int area() {
            return height * width;
        }
    }

    public Levels {
        sizes = List.copyOf(sizes);
    }

    public int count() {
        return sizes.size();
    }

    Size size(int level) {
        return sizes.get(level);
    }

    /** The first row of {@code level}. */
    int start(int level) {
        return sizes.subList(0, level).stream().mapToInt(Size::area).sum();
    }

    /** N, the rows of all levels. */
    public int rows() {
        return start(count());
    }

    /** Centres of the cells in parts of the map, x before y: (N, 2). */
    public float[] centres() {
        var centres = new float[2 * rows()];
        int i = 0;
        for (var size : sizes) {
            for (int y = 0; y < size.height(); y++) {
                for (int x = 0; x < size.width(); x++) {
                    centres[i++] = (x + 0.5f) / size.width();
                    centres[i++] = (y + 0.5f) / size.height();
                }
            }
        }
        return centres;
    }

    /** Width, height and first row of each map, where the first of all is row {@code first}: (3, L). */
    NDArray table(NDManager manager, int first) {
        var table = new float[3 * count()];
        for (int l = 0; l < count(); l++) {
            table[l] = size(l).width();
            table[count() + l] = size(l).height();
            table[2 * count() + l] = first + start(l);
        }
        return EngineMemory.of(manager, table, new Shape(3, count()));
    }

    NDArray centres(NDManager manager) {
        return EngineMemory.of(manager, centres(), new Shape(rows(), 2));
    }
}
