package org.sola.dataset;

import io.jhdf.HdfFile;
import io.jhdf.api.Dataset;
import java.io.IOException;
import java.lang.reflect.Array;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;
import org.sola.image.ImageFiles;
import org.sola.mask.Mask;
import org.sola.mask.Rle;

/**
 * Reads one annotated frame of A2D-Sentences: {@code instance} (n) and {@code reMask} (n, width, height), transposed;
 * without its first axis when n is 1.
 */
final class InstanceMasks {
    private static final String MASKS = "reMask";
    private static final String INSTANCES = "instance";

    private InstanceMasks() {}

    /** The mask of every instance, by its number. */
    static Map<String, Rle> read(Path file) throws IOException {
        if (!Files.isRegularFile(file)) {
            throw new IOException(file + " is missing");
        }
        try (var hdf = new HdfFile(file)) {
            var instances = field(file, hdf, INSTANCES);
            var masks = field(file, hdf, MASKS);
            Object numbers = instances.getDataFlat();
            int n = numbers.getClass().isArray() ? Array.getLength(numbers) : 1;
            int[] shape = masks.getDimensions();
            int axes = shape.length;
            boolean fits = (axes == 3 && shape[0] == n || axes == 2 && n == 1)
                    && shape[axes - 1] <= ImageFiles.MAX_SIDE_PIXELS
                    && shape[axes - 2] <= ImageFiles.MAX_SIDE_PIXELS;
            if (!fits) { // before memory is taken
                throw new IOException(file + ": field " + MASKS + " has shape " + Arrays.toString(shape)
                        + ", expected (" + n + ", width, height) for " + n + " instances");
            }
            int width = shape[axes - 2];
            int height = shape[axes - 1];
            Object values = masks.getDataFlat();
            var byInstance = new TreeMap<String, Rle>();
            for (int i = 0; i < n; i++) {
                int first = i * width * height;
                byInstance.put(
                        Long.toString(Math.round(number(numbers, i))),
                        Rle.encode(Mask.of(height, width, (y, x) -> number(values, first + x * height + y) != 0)));
            }
            return byInstance;
        } catch (RuntimeException e) {
            throw new IOException(file + " cannot be read, it is truncated or no HDF5 file (" + e + ")");
        }
    }

    private static double number(Object values, int i) {
        return values.getClass().isArray()
                ? ((Number) Array.get(values, i)).doubleValue()
                : ((Number) values).doubleValue();
    }

    private static Dataset field(Path file, HdfFile hdf, String name) throws IOException {
        if (hdf.getChild(name) instanceof Dataset found) {
            return found;
        }
        throw new IOException(file + ": field " + name + " is missing; there are "
                + hdf.getChildren().keySet());
    }
}
