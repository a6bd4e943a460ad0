package org.sola.file;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AtomicFileTest {
    @TempDir
    private Path folder;

    private List<String> names() throws IOException {
        try (var files = Files.list(folder)) {
            return files.map(f -> f.getFileName().toString()).sorted().toList();
        }
    }

    /** A disk on which the n-th step fails as a full one does. */
    private record FullDisk(AtomicInteger stepsLeft) implements Disk {
        static FullDisk after(int steps) {
            return new FullDisk(new AtomicInteger(steps));
        }

        private void step() throws IOException {
            if (stepsLeft.getAndDecrement() == 0) {
                throw new IOException("No space left on device");
            }
        }

        @Override
        public Sink create(Path file) throws IOException {
            step();
            var real = REAL.create(file);
            return new Sink() {
                @Override
                public void write(byte[] bytes, int offset, int length) throws IOException {
                    real.write(bytes, offset, length / 2); // a full disk takes a part first
                    step();
                    real.write(bytes, offset + length / 2, length - length / 2);
                }

                @Override
                public void force() throws IOException {
                    step();
                    real.force();
                }

                @Override
                public void close() throws IOException {
                    real.close();
                }
            };
        }

        @Override
        public void rename(Path from, Path to) throws IOException {
            step();
            REAL.rename(from, to);
        }
    }

    @Test
    void whicheverStepFailsTheOldContentStaysAndNothingElse() throws IOException {
        Path target = folder.resolve("a.json");
        var content = new byte[200_000];
        boolean done = false;
        int failures = 0;
        for (int n = 0; !done; n++) {
            Files.writeString(target, "old");
            try {
                AtomicFile.write(
                        target,
                        out -> {
                            for (int at = 0; at < content.length; at += 10_000) {
                                out.write(content, at, 10_000);
                            }
                        },
                        FullDisk.after(n));
                done = true;
            } catch (IOException e) {
                failures++;
                assertEquals("cannot write " + target + ": No space left on device", e.getMessage());
                assertEquals("old", Files.readString(target));
            }
            assertEquals(List.of("a.json"), names());
        }
        assertEquals(content.length, Files.size(target));
        assertTrue(failures >= 6, "create, writes, force and rename each failed once, but only " + failures + " did");
    }

    @Test
    void aWriterThatFailsLeavesTheOldContent() throws IOException {
        Path target = folder.resolve("a.txt");
        AtomicFile.write(target, out -> out.write("old".getBytes(StandardCharsets.UTF_8)));
        var failure = assertThrows(
                IllegalStateException.class,
                () -> AtomicFile.write(target, out -> {
                    out.write(1);
                    throw new IllegalStateException("broken");
                }));
        assertEquals("broken", failure.getMessage());
        assertEquals("old", Files.readString(target));
        assertEquals(List.of("a.txt"), names());
    }

    @Test
    void aWriterMayCloseItsStream() throws IOException {
        Path target = folder.resolve("deep/er/a.bin");
        AtomicFile.write(target, out -> {
            try (out) {
                out.write(new byte[100_000]);
                out.write(7);
            }
        });
        assertEquals(100_001, Files.size(target));
        assertEquals(7, Files.readAllBytes(target)[100_000]);
    }

    @Test
    void aFolderInTheFilesPlaceIsNamed() throws IOException {
        Path target = Files.createDirectories(folder.resolve("taken/inside")).getParent();
        var failure = assertThrows(IOException.class, () -> AtomicFile.write(target, out -> out.write(1)));
        assertTrue(failure.getMessage().startsWith("cannot write " + target + ": "), failure.getMessage());
        assertEquals(List.of("taken"), names());
    }

    @Test
    void aFileInTheFoldersPlaceIsNamed() throws IOException {
        Path file = Files.writeString(folder.resolve("file"), "x");
        Path target = file.resolve("a.txt");
        var failure = assertThrows(IOException.class, () -> AtomicFile.write(target, out -> out.write(1)));
        assertTrue(failure.getMessage().startsWith("cannot write " + target + ": "), failure.getMessage());
        assertEquals("x", Files.readString(file));
    }

    @Test
    void theLeftoverOfAKilledProcessIsReplaced() throws IOException {
        Path target = folder.resolve("a.txt");
        Files.writeString(folder.resolve("a.txt" + AtomicFile.TEMPORARY_SUFFIX), "half of something longer");
        AtomicFile.write(target, out -> out.write("new".getBytes(StandardCharsets.UTF_8)));
        assertEquals("new", Files.readString(target));
        assertEquals(List.of("a.txt"), names());
    }

    @Test
    void anOutputThatIsNotCommittedLeavesNothing() throws IOException {
        Path target = folder.resolve("a.txt");
        try (var out = AtomicOutput.open(target)) {
            out.write(1);
            assertTrue(Files.exists(folder.resolve("a.txt" + AtomicFile.TEMPORARY_SUFFIX)));
        }
        assertFalse(Files.exists(target));
        assertEquals(List.of(), names());
    }
}
