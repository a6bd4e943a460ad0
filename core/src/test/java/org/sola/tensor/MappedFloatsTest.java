package org.sola.tensor;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MappedFloatsTest {
    @TempDir
    private Path folder;

    private Checkpoint file() throws IOException {
        var file = folder.resolve("numbers.safetensors");
        new SafetensorsWriter()
                .add("first", new float[] {9}, 1)
                .add("values", new float[] {0, 1, 2, 3, 4, 5}, 2, 3)
                .add("none", new float[0], 0, 3)
                .write(file);
        return Checkpoint.open(file);
    }

    private boolean isMapped() throws IOException {
        try (var lines = Files.lines(Path.of("/proc/self/maps"))) {
            return lines.anyMatch(line -> line.contains(folder.toString()));
        }
    }

    @Test
    void readsAnyRunOfValuesAndRefusesToOnceClosed() throws IOException {
        var values = MappedFloats.open(file(), "values");
        var target = new float[4];
        values.read(2, target, 1, 3);
        assertArrayEquals(new float[] {0, 2, 3, 4}, target);
        values.close();
        values.close();
        assertThrows(IllegalStateException.class, () -> values.read(0, target, 0, 1));
    }

    @Test
    void theMappingEndsWhenItIsClosed() throws IOException {
        Assumptions.assumeTrue(Files.exists(Path.of("/proc/self/maps")), "a system that lists its mappings");
        try (var values = MappedFloats.open(file(), "values")) {
            values.read(0, new float[1], 0, 1);
            assertTrue(isMapped());
        }
        assertEquals(false, isMapped());
    }

    @Test
    void anEmptyTensorCanBeOpenedAndClosed() throws IOException {
        try (var none = MappedFloats.open(file(), "none")) {
            none.read(0, new float[0], 0, 0);
        }
    }
}
