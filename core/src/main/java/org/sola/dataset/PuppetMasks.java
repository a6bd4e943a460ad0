package org.sola.dataset;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import org.sola.image.ImageFiles;
import org.sola.mask.Mask;
import org.sola.mask.Rle;
import us.hebi.matlab.mat.format.Mat5;
import us.hebi.matlab.mat.types.Matrix;

/** Reads {@code part_mask} (height, width, frames) of a {@code puppet_mask.mat} (MATLAB 5, compressed or not). */
final class PuppetMasks {
    private static final String FIELD = "part_mask";

    /** No file of the data set comes near it; a larger one is not read into memory. */
    private static final long MOST_BYTES = 256L << 20;

    private PuppetMasks() {}

    /** A mask for each of the first {@code frames} frames. */
    static List<Rle> read(Path file, int frames) throws IOException {
        if (!Files.isRegularFile(file)) {
            throw new IOException(file + " is missing");
        }
        if (Files.size(file) > MOST_BYTES) {
            throw new IOException(file + " has " + Files.size(file) + " bytes, at most " + MOST_BYTES + " are read");
        }
        try (var mat = Mat5.readFromFile(file.toFile())) {
            return masks(mat.getMatrix(FIELD), frames); // its values are gone when the file is closed
        } catch (WrongShapeException e) {
            throw new IOException(file + ": field " + FIELD + " " + e.getMessage());
        } catch (IOException | RuntimeException e) {
            throw new IOException(file + ": field " + FIELD
                    + " cannot be read, the file is truncated or no MATLAB 5 file (" + e + ")");
        }
    }

    /** The field is there and is not what it should be. */
    private static final class WrongShapeException extends RuntimeException {
        private static final long serialVersionUID = 1L;

        WrongShapeException(String message) {
            super(message);
        }
    }

    private static List<Rle> masks(Matrix masks, int frames) {
        int[] dimensions = masks.getDimensions();
        int height = dimensions[0];
        int width = dimensions.length > 1 ? dimensions[1] : 1;
        int found = dimensions.length > 2 ? dimensions[2] : 1;
        if (dimensions.length > 3 || height > ImageFiles.MAX_SIDE_PIXELS || width > ImageFiles.MAX_SIDE_PIXELS) {
            throw new WrongShapeException(
                    "has shape " + Arrays.toString(dimensions) + ", expected (height, width, frames)");
        }
        if (found < frames) {
            throw new WrongShapeException("has " + found + " masks, expected " + frames);
        }
        var list = new ArrayList<Rle>(frames);
        for (int t = 0; t < frames; t++) {
            int frame = t * height * width; // column by column
            list.add(Rle.encode(Mask.of(height, width, (y, x) -> masks.getDouble(frame + x * height + y) != 0)));
        }
        return Collections.unmodifiableList(list);
    }
}
