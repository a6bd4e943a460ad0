package org.sola.tensor;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.ndarray.NDManager;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.zip.ZipEntry;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sola.parity.ParityFolders;
import org.sola.pickle.PickleWriter;
import org.sola.tensor.TorchFileWriter.StoredView;

/** Each way in which a file can be wrong has its message; no file makes the reader hang or run out of memory. */
class DamagedTorchCheckpointTest {
    @TempDir
    private Path folder;

    private void refused(String expected, byte[] content) throws IOException {
        var file = folder.resolve("wrong.pt");
        Files.write(file, content);
        String message = assertThrows(CheckpointException.class, () -> Checkpoint.open(file), expected)
                .getMessage();
        assertTrue(message.contains(expected), message);
        assertTrue(message.startsWith(file + " "), message);
    }

    /** A dictionary with a tensor w of 4 floats. */
    private static TorchFileWriter one() {
        return one(StoredView.floats("0", 4, 0, List.of(4L), List.of(1L)), false);
    }

    private static TorchFileWriter one(StoredView view, boolean isOld) {
        return new TorchFileWriter()
                .dictionary()
                .tensor("w", view, isOld)
                .endDictionary()
                .storage("0", ElementType.FLOAT32, new byte[16]);
    }

    @Test
    void theFileOfTheseTestsIsRight() throws IOException {
        var file = Files.write(folder.resolve("right.pt"), one().zip());
        assertTrue(Checkpoint.open(file).tensors().containsKey("w"));
    }

    @Test
    void fieldsOfLargeArchivesAreRead() throws IOException {
        byte[] large = one().zip64();
        var file = Files.write(folder.resolve("large.pt"), large);
        assertTrue(Checkpoint.open(file).tensors().containsKey("w"));
        for (int length = 0; length < large.length; length++) {
            refused("", Arrays.copyOf(large, length));
        }
        large[large.length - 22 - 20] ^= 1;
        refused("no locator of its zip64 directory", large);
    }

    @Test
    void aByteThatChangedOnTheWayIsFoundByTheArchivesChecksums() throws IOException {
        byte[] pickle = one().zip();
        pickle[indexOf(pickle, "storage")] ^= 1;
        refused("in archive/data.pkl with the CRC-32", pickle);
        var writer = one().storage("0", ElementType.FLOAT32, "0123456789abcdef".getBytes());
        byte[] values = writer.zip();
        values[indexOf(values, "789abc")] ^= 1;
        var file = Files.write(folder.resolve("values.pt"), values);
        var checkpoint = Checkpoint.open(file); // values are not read yet
        for (int i = 0; i < 2; i++) {
            String message = assertThrows(CheckpointException.class, () -> checkpoint.floats("w"))
                    .getMessage();
            assertTrue(message.startsWith(file + " has 16 bytes in archive/data/0 with the CRC-32 "), message);
            assertTrue(message.contains("it is damaged"), message);
        }
        assertThrows(CheckpointException.class, () -> {
            try (var manager = NDManager.newBaseManager("PyTorch")) {
                Weights.open(file, manager).get("w", 4);
            }
        });
    }

    @Test
    void archivesWithoutChecksumsAreRead() throws IOException {
        byte[] content = one().storage("0", ElementType.FLOAT32, "0123456789abcdef".getBytes())
                .zip();
        var zip = ByteBuffer.wrap(content).order(ByteOrder.LITTLE_ENDIAN);
        for (int at = 0; at < content.length - 4; at++) {
            if (zip.getInt(at) == 0x02014B50) {
                zip.putInt(at + 16, 0); // as torch writes with set_crc32_options(False)
            }
        }
        var file = Files.write(folder.resolve("none.pt"), content);
        assertEquals(4, Checkpoint.open(file).floats("w").length);
    }

    private static int indexOf(byte[] content, String text) {
        return new String(content, StandardCharsets.ISO_8859_1).indexOf(text);
    }

    @Test
    void aFileCutAnywhereIsRefused() throws IOException {
        for (String name : List.of("mixed.pt", "mixed_legacy.pt")) {
            byte[] whole =
                    Files.readAllBytes(ParityFolders.all("checkpoint/" + name).get(0));
            var file = folder.resolve("cut.pt");
            for (int length = 0; length < whole.length; length += length < 200 ? 1 : 37) {
                Files.write(file, Arrays.copyOf(whole, length));
                String message = assertThrows(CheckpointException.class, () -> Checkpoint.open(file))
                        .getMessage();
                assertTrue(message.startsWith(file + " "), message);
            }
        }
    }

    @Test
    void anEmptyFileAndOtherFilesAreNamed() throws IOException {
        refused("is empty", new byte[0]);
        refused("neither of the containers", "<!DOCTYPE html><html>Not Found</html>".getBytes());
        refused("bare pickle", new PickleWriter().value(List.of(1L)).end());
        refused(
                "bare pickle",
                new PickleWriter().value("a longer text than the signature").end());
    }

    @Test
    void aZipThatIsNoCheckpointIsNamed() throws IOException {
        refused("0 entries FOLDER/data.pkl", one().zip("", ZipEntry.STORED));
        refused("0 entries FOLDER/data.pkl", one().zip("a/b/", ZipEntry.STORED));
        refused("compressed", one().zip("archive/", ZipEntry.DEFLATED));
    }

    @Test
    void anotherByteOrderOrVersionIsNamed() throws IOException {
        refused("byte order \"big\"", one().text("byteorder", "big").zip());
        refused("version 11", one().text("version", "11\n").zip());
        var old = one(StoredView.floats("0", 4, 0, List.of(4L), List.of(1L)), true);
        refused("big-endian", old.old(1001, false));
        refused("protocol 1002", one().old(1002, true));
    }

    @Test
    void aStorageThatIsMissingOrShortIsNamed() throws IOException {
        refused(
                "no entry archive/data/7",
                one(StoredView.floats("7", 4, 0, List.of(4L), List.of(1L)), false)
                        .zip());
        refused(
                "16 bytes in archive/data/0, its tensors need 20",
                one(StoredView.floats("0", 5, 0, List.of(4L), List.of(1L)), false)
                        .zip());
        refused(
                "lists the storage 0, which no tensor uses",
                one(StoredView.floats("7", 4, 0, List.of(4L), List.of(1L)), true)
                        .old());
        refused(
                "has 4 elements",
                one(StoredView.floats("0", 5, 0, List.of(4L), List.of(1L)), true)
                        .old());
        byte[] old = one(StoredView.floats("0", 4, 0, List.of(4L), List.of(1L)), true)
                .old();
        refused("ends inside of storage 0", Arrays.copyOf(old, old.length - 1));
        refused("1 bytes after its last storage", Arrays.copyOf(old, old.length + 1));
    }

    @Test
    void aViewThatLeavesItsStorageIsNamed() throws IOException {
        refused(
                "reaches element 4",
                one(StoredView.floats("0", 4, 1, List.of(4L), List.of(1L)), false)
                        .zip());
        refused(
                "too large to count",
                one(StoredView.floats("0", 4, 0, List.of(1L << 40, 1L << 40), List.of(0L, 0L)), false)
                        .zip());
        refused(
                "2 dimensions and 1 strides",
                one(StoredView.floats("0", 4, 0, List.of(1L, 1L), List.of(1L)), false)
                        .zip());
        refused(
                "named with 4 elements",
                new TorchFileWriter()
                        .dictionary()
                        .tensor("a", StoredView.floats("0", 4, 0, List.of(1L), List.of(1L)), false)
                        .tensor("b", StoredView.floats("0", 3, 0, List.of(1L), List.of(1L)), false)
                        .endDictionary()
                        .storage("0", ElementType.FLOAT32, new byte[16])
                        .zip());
    }

    @Test
    void anExpandedTensorMayNotUnfoldBeyondTheFile() throws IOException {
        refused(
                "tensor \"w\" of shape [1000000, 1000] and strides [0, 0] unfolds to 4000000000 bytes",
                one(StoredView.floats("0", 4, 0, List.of(1_000_000L, 1000L), List.of(0L, 0L)), false)
                        .zip());
    }

    @Test
    void containersThatHoldThemselvesAreRefused() throws IOException {
        var writer = new TorchFileWriter();
        writer.pickle().raw(']', 'q', 0, 'h', 0, 'a', 'h', 0, 'a');
        refused("cannot be listed", writer.zip());
    }

    @Test
    void containersSharedWithoutEndAreRefused() throws IOException {
        var writer = new TorchFileWriter();
        writer.pickle().raw(']', 'q', 0);
        for (int i = 1; i < 60; i++) { // 2^60 paths
            writer.pickle().raw(']', '(', 'h', i - 1, 'h', i - 1, 'e', 'q', i);
        }
        var pickle = writer.pickle();
        pickle.raw('(').raw('t', '0'); // the stack keeps every list: gather them in one
        pickle.raw(0x85);
        for (int i = 1; i < 60; i++) {
            pickle.raw(0x86);
        }
        refused("cannot be listed", writer.zip());
    }

    @Test
    void twoTensorsOfOneNameAreRefused() throws IOException {
        var view = StoredView.floats("0", 4, 0, List.of(4L), List.of(1L));
        var writer = new TorchFileWriter().dictionary().tensor("a.w", view, false);
        writer.pickle().value("a");
        writer.dictionary().tensor("w", view, false).endDictionary().endDictionary();
        refused(
                "two tensors are called \"a.w\"",
                writer.storage("0", ElementType.FLOAT32, new byte[16]).zip());
    }

    /** Change {@code -Dfuzz=10000} for a long run. */
    @Test
    void mutatedFilesAreReadOrRefusedInLittleTime() throws IOException {
        int mutations = Integer.getInteger("fuzz", 500);
        long seed = Long.getLong("fuzz.seed", 20);
        System.out.println("fuzz: " + mutations + " mutations a file, seed " + seed);
        var random = new SplittableRandom(seed);
        int read = 0;
        long slowest = 0;
        for (String name : List.of("mixed.pt", "mixed_legacy.pt")) {
            byte[] whole =
                    Files.readAllBytes(ParityFolders.all("checkpoint/" + name).get(0));
            for (int i = 0; i < mutations; i++) {
                var file = Files.write(folder.resolve("mutated.pt"), mutated(whole, random));
                long start = System.nanoTime();
                try {
                    var checkpoint = TorchCheckpoint.open(file);
                    for (String tensor : checkpoint.everyTensor().keySet()) {
                        checkpoint.floats(tensor);
                    }
                    read++;
                } catch (CheckpointException refusal) {
                    assertTrue(refusal.getMessage().startsWith(file + " "), refusal.getMessage());
                }
                slowest = Math.max(slowest, System.nanoTime() - start);
            }
        }
        System.out.printf("fuzz: %d of %d still readable, slowest %.1f ms%n", read, 2 * mutations, slowest / 1e6);
        assertTrue(slowest < 5_000_000_000L, "a mutation took " + slowest / 1e9 + " s");
    }

    /** Bytes replaced, runs removed, doubled or cut off: one to four of these, most of them in the structure. */
    private static byte[] mutated(byte[] whole, SplittableRandom random) {
        byte[] bytes = whole.clone();
        for (int n = random.nextInt(1, 5); n > 0 && bytes.length > 1; n--) {
            int at = random.nextInt(random.nextBoolean() ? Math.min(3500, bytes.length) : bytes.length);
            int run = Math.min(random.nextInt(1, 16), bytes.length - at);
            switch (random.nextInt(6)) {
                case 0 -> bytes = Arrays.copyOf(bytes, at);
                case 1 -> {
                    System.arraycopy(bytes, at + run, bytes, at, bytes.length - at - run);
                    bytes = Arrays.copyOf(bytes, bytes.length - run);
                }
                case 2 -> {
                    byte[] longer = Arrays.copyOf(bytes, bytes.length + run);
                    System.arraycopy(bytes, at, longer, at + run, bytes.length - at);
                    bytes = longer;
                }
                case 3 -> Arrays.fill(bytes, at, at + run, (byte) (random.nextBoolean() ? 0xFF : 0));
                default -> bytes[at] = (byte) random.nextInt(256);
            }
        }
        return bytes;
    }
}
