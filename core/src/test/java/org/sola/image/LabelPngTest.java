package org.sola.image;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.sola.mask.LabelMap;

/** Objects' numbers through palette PNGs. */
class LabelPngTest {
    @Property(tries = 60)
    void numbersComeBackWhateverTheyAre(
            @ForAll @IntRange(min = 1, max = 20) int height,
            @ForAll @IntRange(min = 1, max = 20) int width,
            @ForAll long seed)
            throws IOException {
        var labels = new byte[height * width];
        new Random(seed).nextBytes(labels);
        var file = Files.createTempFile("labels", ".png");
        try {
            ImageFiles.writeLabelsPng(file, LabelMap.of(height, width, labels));
            var read = ImageFiles.readLabelsPng(file);
            assertArrayEquals(labels, read.toBytes());
            assertEquals(read.present().contains(3), !read.mask(3).isEmpty());
        } finally {
            Files.delete(file);
        }
    }
}
