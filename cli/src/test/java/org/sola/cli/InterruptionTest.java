package org.sola.cli;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sola.tensor.SafetensorsWriter;

class InterruptionTest {
    @TempDir
    Path folder;

    @Test
    void whatStopsCanStillWriteItsCheckpoint() throws IOException {
        Thread.currentThread().interrupt();
        assertTrue(Interruption.isTaken());
        var file = folder.resolve("checkpoint.safetensors");
        new SafetensorsWriter().metadata("step", "3").write(file);
        assertTrue(Files.isRegularFile(file));
        assertFalse(Interruption.isTaken());
    }
}
