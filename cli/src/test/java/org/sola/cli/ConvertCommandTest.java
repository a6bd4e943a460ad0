package org.sola.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sola.parity.ParityFolders;
import org.sola.tensor.Checkpoint;
import org.sola.tensor.ElementType;
import org.sola.tensor.Safetensors;
import org.sola.tensor.TorchCheckpoint;

/** {@code sola models show} and {@code convert} on files that torch wrote. */
class ConvertCommandTest {
    @TempDir
    private Path folder;

    private static String mixed() {
        return ParityFolders.all("checkpoint/mixed.pt").get(0).toString();
    }

    private static void assertSame(Checkpoint want, Set<String> names, Safetensors got) throws IOException {
        assertEquals(new TreeSet<>(names), new TreeSet<>(got.tensors().keySet()));
        for (String name : names) {
            assertEquals(want.info(name).type(), got.info(name).type(), name);
            assertEquals(want.info(name).shape(), got.info(name).shape(), name);
            assertEquals(want.bytes(name), got.bytes(name), name);
        }
    }

    @Test
    void theModelsWeightsAreWrittenInTheirOwnTypes() throws IOException {
        var out = folder.resolve("mixed.safetensors");
        var run = CommandRun.of("models", "convert", mixed(), out.toString());
        assertEquals(0, run.status(), run.err());
        var source = TorchCheckpoint.open(Path.of(mixed()));
        var written = Safetensors.open(out);
        assertSame(source, source.tensors().keySet(), written);
        assertEquals("mixed.pt", written.metadata().get("converted_from"));
    }

    @Test
    void everyTensorIsWrittenByItsPathWhenAsked() throws IOException {
        var out = folder.resolve("all.safetensors");
        var run = CommandRun.of("models", "convert", mixed(), out.toString(), "--all", "--json");
        assertEquals(0, run.status(), run.err());
        var source = TorchCheckpoint.open(Path.of(mixed()));
        assertSame(source, source.everyTensor().keySet(), Safetensors.open(out));
        var document = new ObjectMapper().readTree(run.out());
        assertEquals(source.everyTensor().size(), document.path("tensors").asInt());
    }

    @Test
    void halfTheSpaceIsEnoughForFloat32WhenAsked() throws IOException {
        var out = folder.resolve("half.safetensors");
        var run = CommandRun.of("models", "convert", mixed(), out.toString(), "--half");
        assertEquals(0, run.status(), run.err());
        var source = TorchCheckpoint.open(Path.of(mixed()));
        var written = Safetensors.open(out);
        int halved = 0;
        for (String name : source.tensors().keySet()) {
            boolean isFloat = source.info(name).type() == ElementType.FLOAT32;
            assertEquals(
                    isFloat ? ElementType.FLOAT16 : source.info(name).type(),
                    written.info(name).type(),
                    name);
            float[] want = source.floats(name);
            float[] got = written.floats(name);
            for (int i = 0; isFloat && i < want.length; i++) {
                assertEquals(want[i], got[i], Math.abs(want[i]) * 0x1p-11 + 0x1p-25, name);
            }
            halved += isFloat ? 1 : 0;
        }
        assertTrue(halved > 0);
    }

    @Test
    void bothContainersGiveTheSameTensors() throws IOException {
        var old = folder.resolve("old.safetensors");
        String legacy = Path.of(mixed()).resolveSibling("mixed_legacy.pt").toString();
        assertEquals(
                0, CommandRun.of("models", "convert", legacy, old.toString()).status());
        var source = TorchCheckpoint.open(Path.of(mixed()));
        assertSame(source, source.tensors().keySet(), Safetensors.open(old));
    }

    @Test
    void itsOwnFileIsReplacedAndNoOther() throws IOException {
        var out = folder.resolve("twice.safetensors");
        assertEquals(
                0, CommandRun.of("models", "convert", mixed(), out.toString()).status());
        byte[] first = Files.readAllBytes(out);
        assertEquals(
                0, CommandRun.of("models", "convert", mixed(), out.toString()).status());
        org.junit.jupiter.api.Assertions.assertArrayEquals(first, Files.readAllBytes(out));
        var foreign = Files.writeString(folder.resolve("mine.safetensors"), "precious");
        var run = CommandRun.of("models", "convert", mixed(), foreign.toString());
        assertEquals(Failures.WRONG_INPUT, run.status());
        assertTrue(run.err().contains("already there"), run.err());
        assertEquals("precious", Files.readString(foreign));
    }

    @Test
    void aMaliciousFileIsRefusedAndNothingIsWritten() throws IOException {
        var out = folder.resolve("never.safetensors");
        var bad = Path.of(mixed()).resolveSibling("malicious/os_system.pt").toString();
        for (var run : new CommandRun[] {
            CommandRun.of("models", "convert", bad, out.toString()), CommandRun.of("models", "show", bad)
        }) {
            assertEquals(Failures.WRONG_INPUT, run.status());
            assertTrue(run.err().contains("posix.system"), run.err());
            assertEquals(1, run.errorLines().size(), run.err());
        }
        assertFalse(Files.exists(out));
    }

    @Test
    void anotherEndingIsRefused() {
        var run = CommandRun.of("models", "convert", mixed(), folder + "/x.pt");
        assertEquals(Failures.WRONG_INPUT, run.status());
        assertTrue(run.err().contains("does not end in .safetensors"), run.err());
    }

    @Test
    void aTorchFileIsShownWithWhatElseItHolds() throws IOException {
        var run = CommandRun.of("models", "show", mixed(), "--json");
        assertEquals(0, run.status(), run.err());
        var document = new ObjectMapper().readTree(run.out());
        var source = TorchCheckpoint.open(Path.of(mixed()));
        assertEquals(source.tensors().size(), document.path("tensors").size());
        assertEquals(5, document.path("other_tensors").asInt());
    }

    @Test
    void theParityCaseHolds() throws IOException {
        var folder = ParityFolders.full("checkpoint/case.json").getParent();
        var run = CommandRun.of("parity", folder.toString(), "--json");
        assertEquals(0, run.status(), run.out());
        var document = new ObjectMapper().readTree(run.out());
        assertEquals(1, document.path("passed").asInt(), run.out());
        System.out.println("checkpoint: " + document.path("cases").path(0));
    }
}
