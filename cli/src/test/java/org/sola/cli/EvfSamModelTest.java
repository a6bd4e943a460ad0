package org.sola.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.ndarray.NDManager;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sola.evfsam.EvfSam;
import org.sola.evfsam.EvfSamConfig;
import org.sola.tensor.SafetensorsWriter;
import org.sola.tensor.Weights;

class EvfSamModelTest {
    @TempDir
    Path folder;

    private Path nano() throws IOException {
        var file = folder.resolve("mine.safetensors");
        try (var manager = NDManager.newBaseManager("PyTorch")) {
            var weights = Weights.initialise(1, manager);
            EvfSam.of(EvfSamConfig.read(ProjectHome.modelConfigs().resolve("evf-sam-nano.yaml")), weights);
            var writer = new SafetensorsWriter();
            weights.used().forEach(writer::add);
            writer.write(file);
        }
        return file;
    }

    @Test
    void showTellsWhichSizeACheckpointIs() throws IOException {
        var run = CommandRun.of("models", "show", nano().toString());
        assertEquals(0, run.status(), run.err());
        assertTrue(run.out().contains("EVF-SAM (evf-sam-nano)"), run.out());
    }

    @Test
    void showSaysThatATruncatedCheckpointIsOne() throws IOException {
        var file = nano();
        byte[] whole = Files.readAllBytes(file);
        Files.write(file, Arrays.copyOf(whole, whole.length / 2));
        var run = CommandRun.of("models", "show", file.toString());
        assertEquals(2, run.status(), run.out());
        assertTrue(run.err().contains(file.toString()), run.err());
    }

    @Test
    void theCatalogueNamesTheConfigurationThatReadsIt() {
        var run = CommandRun.of("models", "show", "evf-sam-multitask");
        assertEquals(0, run.status(), run.err());
        assertTrue(run.out().contains("sentencepiece.bpe.model"), run.out());
    }
}
