package org.sola.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sola.catalogue.FileServer;
import org.sola.catalogue.ModelStore;
import org.sola.tensor.ElementType;
import org.sola.tensor.TorchFileWriter;

/** {@code models fetch} and what the other commands make of it, with the project's own catalogue and small files. */
class ModelsFetchTest {
    private static final String NAME = "all-roberta-large-v1"; // nobody says its hash, so that any file may be it

    @TempDir
    private Path folder;

    private final byte[] content = new byte[200_000];
    private FileServer server;

    @BeforeEach
    void start() throws IOException {
        new Random(3).nextBytes(content);
        server = new FileServer(content);
        System.setProperty(ModelStore.PROPERTY, folder.resolve("home").toString());
    }

    @AfterEach
    void stop() {
        server.close();
        System.clearProperty(ModelStore.PROPERTY);
    }

    private Path place(String file) {
        return folder.resolve("home/models").resolve(NAME).resolve(file);
    }

    private static JsonNode json(CommandRun run) throws IOException {
        assertEquals(Failures.DONE, run.status(), run.err());
        return new ObjectMapper().readTree(run.out());
    }

    private static JsonNode entry(String name) throws IOException {
        for (var model : json(CommandRun.of("models", "list", "--json")).path("models")) {
            if (model.path("name").asText().equals(name)) {
                return model;
            }
        }
        throw new AssertionError(name + " is not listed");
    }

    @Test
    void aFetchedModelIsListedShownAndVerified() throws IOException {
        assertEquals("fetch", entry(NAME).path("weights").asText());
        var fetched = json(CommandRun.of("models", "fetch", NAME, "--from", server.url("/mirror"), "--json"));
        assertEquals(2, fetched.path("models").get(0).path("files").size());
        assertArrayEquals(content, Files.readAllBytes(place("pytorch_model.bin")));
        assertEquals("here", entry(NAME).path("weights").asText());
        assertTrue(
                entry(NAME).path("problem").asText().contains("pytorch_model.bin"), "random bytes are no checkpoint");

        var again = CommandRun.of("models", "fetch", NAME, "--from", server.url("/mirror"));
        assertTrue(again.out().contains("was here") && again.out().contains("2 files of 1 models"), again.out());

        var shown = CommandRun.of("models", "verify", NAME);
        assertTrue(shown.out().contains("tokenizer.json: ok"), shown.out());
        assertTrue(shown.out().contains("pytorch_model.bin: " + place("pytorch_model.bin")), shown.out());
        assertEquals(Failures.NOT_ALL_DONE, shown.status());

        Files.write(place("tokenizer.json"), new byte[5]);
        var changed = CommandRun.of("models", "verify", NAME);
        assertTrue(changed.out().contains("when first seen"), changed.out());
    }

    @Test
    void anyFileIsVerifiedByWhatItSaysOfItself() throws IOException {
        var values = "0123456789abcdef".getBytes(StandardCharsets.US_ASCII);
        byte[] archive = new TorchFileWriter()
                .dictionary()
                .tensor("w", TorchFileWriter.StoredView.floats("0", 4, 0, List.of(4L), List.of(1L)), false)
                .endDictionary()
                .storage("0", ElementType.FLOAT32, values)
                .zip();
        var file = Files.write(folder.resolve("mine.pt"), archive);
        var sound = CommandRun.of("models", "verify", file.toString());
        assertEquals(Failures.DONE, sound.status(), sound.err());
        assertTrue(sound.out().contains("mine.pt: ok"), sound.out());

        archive[new String(archive, StandardCharsets.ISO_8859_1).indexOf("789abc")] ^= 1;
        Files.write(file, archive);
        var damaged = CommandRun.of("models", "verify", file.toString());
        assertEquals(Failures.NOT_ALL_DONE, damaged.status());
        assertTrue(damaged.out().contains("has 16 bytes in archive/data/0 with the CRC-32"), damaged.out());
        var missing =
                CommandRun.of("models", "verify", folder.resolve("none.pt").toString());
        assertEquals(Failures.NOT_ALL_DONE, missing.status());
    }

    @Test
    void showSaysWhereAPublishedModelComesFrom() throws IOException {
        var shown = CommandRun.of("models", "show", "sam2.1-hiera-large");
        for (String said : List.of(
                "licence Apache-2.0, see https://github.com/facebookresearch/sam2",
                "sam2.1_hiera_large.pt, 898 MB, not here",
                "from https://dl.fbaipublicfiles.com/segment_anything_2/092824/sam2.1_hiera_large.pt",
                "public copies of it have")) {
            assertTrue(shown.out().contains(said), shown.out());
        }
        var document = json(CommandRun.of("models", "show", "sam2.1-hiera-large", "--json"));
        assertEquals(898083611L, document.path("files").get(0).path("bytes").asLong());
    }

    @Test
    void anotherFileThanThePublishedOneIsRefused() {
        var run = CommandRun.of("models", "fetch", "sam2.1-hiera-tiny", "--from", server.url("/mirror"));
        assertEquals(Failures.NOT_ALL_DONE, run.status());
        assertTrue(run.err().contains("the server has 200000 bytes, the catalogue says 156008466"), run.err());
    }

    @Test
    void withoutANetworkItIsSaidWhatToPutWhereAndThenItIsFound() throws IOException {
        int closed;
        try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            closed = socket.getLocalPort();
        }
        System.setProperty("http.proxyHost", "127.0.0.1");
        System.setProperty("https.proxyHost", "127.0.0.1");
        System.setProperty("http.proxyPort", Integer.toString(closed));
        System.setProperty("https.proxyPort", Integer.toString(closed));
        CommandRun run;
        try {
            run = CommandRun.of("models", "fetch", "bert-base-uncased");
        } finally {
            for (String scheme : List.of("http", "https")) {
                System.clearProperty(scheme + ".proxyHost");
                System.clearProperty(scheme + ".proxyPort");
            }
        }
        assertEquals(Failures.NOT_ALL_DONE, run.status());
        var place = folder.resolve("home/models/bert-base-uncased");
        assertTrue(run.err().contains("put into " + place), run.err());
        assertTrue(run.err().contains("vocab.txt (232 kB) from https://huggingface.co/bert-base-uncased/"), run.err());

        Files.writeString(place.resolve("vocab.txt"), "[PAD]\n");
        run = CommandRun.of("models", "fetch", "bert-base-uncased");
        assertEquals(Failures.NOT_ALL_DONE, run.status());
        assertTrue(run.err().contains("has 6 bytes, expected 231508; delete it and fetch it again"), run.err());
    }

    @Test
    void whatIsNotPublishedIsSaid() {
        var run = CommandRun.of("models", "fetch", "selector-official");
        assertEquals(Failures.NOT_ALL_DONE, run.status());
        assertTrue(run.err().contains("its authors do not publish selector-official.pth"), run.err());
    }

    @Test
    void wrongNamesAndFoldersAreWrongUsage() {
        var name = CommandRun.of("models", "fetch", "sam2.1-hiera-tin");
        assertEquals(Failures.WRONG_INPUT, name.status());
        assertTrue(name.err().contains("sam2.1-hiera-tiny"), name.err());
        var shipped = CommandRun.of("models", "fetch", "sam2.1-nano");
        assertEquals(Failures.WRONG_INPUT, shipped.status());
        assertTrue(shipped.err().contains("ships with the project"), shipped.err());
        var from = CommandRun.of(
                "models", "fetch", NAME, "--from", folder.resolve("none").toString());
        assertEquals(Failures.WRONG_INPUT, from.status());
        assertTrue(from.err().contains("neither a folder nor an http or https address"), from.err());
    }

    @Test
    void aModelThatWasNotFetchedIsNamedWithTheCommandThatBringsIt() throws IOException {
        var clip = Clips.write(folder.resolve("clip"), 48, 64, 1, java.awt.image.BufferedImage.TYPE_INT_RGB);
        var run = CommandRun.of(
                "segment",
                clip.toString(),
                "the square",
                "--model",
                "sam2.1-hiera-tiny",
                "--out",
                folder.resolve("out").toString());
        assertEquals(Failures.WRONG_INPUT, run.status());
        assertTrue(
                run.err()
                        .contains("sam2.1-hiera-tiny (156 MB) is not on this machine:"
                                + " 'sola models fetch sam2.1-hiera-tiny' brings it"),
                run.err());
    }

    @Test
    void theDoctorNamesWhatIsHereAndWhatIsIncomplete() throws IOException {
        Files.createDirectories(place("pytorch_model.bin").getParent());
        Files.write(place("pytorch_model.bin"), content);
        var run = CommandRun.of("doctor");
        assertTrue(run.err().contains(NAME + " lacks tokenizer.json; 'sola models fetch " + NAME), run.err());
        assertTrue(run.out().contains("sam2.1-nano"), run.out());
        Files.write(place("tokenizer.json"), content);
        var doctor = json(CommandRun.of("doctor", "--json"));
        assertEquals(
                place("pytorch_model.bin").toString(),
                doctor.path("models").path(NAME).asText());
    }

    @Test
    void twoProcessesAtOnceFetchAModelOnce() throws Exception {
        var processes = new ArrayList<Process>();
        for (int i = 0; i < 2; i++) {
            processes.add(new ProcessBuilder(
                            Path.of(System.getProperty("java.home"), "bin/java").toString(),
                            "-Xmx256m",
                            "-Dsola.home=" + System.getProperty("sola.home"),
                            "-D" + ModelStore.PROPERTY + "=" + folder.resolve("home"),
                            "-cp",
                            System.getProperty("java.class.path"),
                            Main.class.getName(),
                            "models",
                            "fetch",
                            NAME,
                            "--from",
                            server.url("/mirror"))
                    .redirectErrorStream(true)
                    .redirectOutput(folder.resolve("said-" + i).toFile())
                    .start());
        }
        int present = 0;
        for (int i = 0; i < 2; i++) {
            int status = processes.get(i).waitFor();
            String said = Files.readString(folder.resolve("said-" + i), StandardCharsets.UTF_8);
            assertEquals(Failures.DONE, status, said);
            present += said.contains("was here") ? 1 : 0;
        }
        assertEquals(1, present, "one fetched, the other found the files");
        assertEquals(2, server.requests().size(), server.requests().toString());
        assertFalse(Files.exists(place("pytorch_model.bin.part")));
        assertArrayEquals(content, Files.readAllBytes(place("pytorch_model.bin")));
    }
}
