package org.sola.precompute;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PrecomputeRecipeTest {
    private static final Path CONFIGS = Path.of(System.getProperty("sola.home", ".."), "configs", "precompute");

    @TempDir
    Path folder;

    @Test
    void theRecipesThatShipAreRead() throws IOException {
        var official = PrecomputeRecipe.read(CONFIGS.resolve("sola-official.yaml"));
        assertEquals(32, official.grid().pointsPerSide());
        assertEquals(MaskComparison.OFFICIAL, official.gridTracks().comparison());
        assertEquals(16, official.boxTracks().maximumTracks());
        assertEquals("demo", PrecomputeRecipe.read(CONFIGS.resolve("demo.yaml")).name());
    }

    @Test
    void aMisspeltKeyIsAnsweredWithTheNearest() throws IOException {
        var file = folder.resolve("mine.yaml");
        Files.writeString(
                file, Files.readString(CONFIGS.resolve("demo.yaml")).replace("pointsPerSide", "pointPerSide"));
        var message = assertThrows(IllegalArgumentException.class, () -> PrecomputeRecipe.read(file))
                .getMessage();
        assertTrue(message.contains("pointPerSide") && message.contains("nearest: pointsPerSide"), message);
    }

    @Test
    void aMissingOrImpossibleValueIsNamed() throws IOException {
        var file = folder.resolve("mine.yaml");
        var text = Files.readString(CONFIGS.resolve("demo.yaml"));
        Files.writeString(file, text.replace("  partThreshold: 0.7\n", ""));
        var message = assertThrows(IllegalArgumentException.class, () -> PrecomputeRecipe.read(file))
                .getMessage();
        assertTrue(message.contains("partThreshold"), message);
        Files.writeString(file, text.replaceFirst("maximumTracks: \\d+", "maximumTracks: 0"));
        message = assertThrows(IllegalArgumentException.class, () -> PrecomputeRecipe.read(file))
                .getMessage();
        assertTrue(message.contains("maximumTracks is 0"), message);
    }

    @Test
    void everySettingIsInTheFingerprint() throws IOException {
        var recipe = PrecomputeRecipe.read(CONFIGS.resolve("demo.yaml"));
        var print = Fingerprint.of("m", "00", recipe);
        assertEquals("16", print.settings().get("grid.pointsPerSide"));
        assertEquals("NATIVE", print.settings().get("gridTracks.comparison"));
        assertEquals(16, print.digest().length());
        assertTrue(print.differences(print).isEmpty());
    }
}
