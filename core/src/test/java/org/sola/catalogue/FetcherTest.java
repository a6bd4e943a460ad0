package org.sola.catalogue;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.ByteBuffer;
import java.nio.channels.WritableByteChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sola.file.Sha256;

class FetcherTest {
    private static final Download.Limits QUICK = new Download.Limits(3, Duration.ofMillis(1), Duration.ofSeconds(20));

    @TempDir
    private Path folder;

    private final byte[] content = new byte[300_000];
    private final List<String> remarks = Collections.synchronizedList(new ArrayList<>());
    private FileServer server;
    private ModelStore store;

    private final FetchListener listener = new FetchListener() {
        @Override
        public void begins(PublishedFile file, String source) {}

        @Override
        public void arrived(long done, long total) {}

        @Override
        public void remark(String line) {
            remarks.add(line);
        }
    };

    @BeforeEach
    void start() throws IOException {
        new Random(5).nextBytes(content);
        server = new FileServer(content);
        store = ModelStore.at(folder.resolve("home"));
    }

    @AfterEach
    void stop() {
        server.close();
    }

    private String hash() throws IOException {
        return Sha256.of(Files.write(folder.resolve("content"), content));
    }

    private static CatalogueModel model(List<String> urls, long bytes, String sha256) {
        var stated = sha256.isEmpty() ? Statement.NOBODY : Statement.AUTHORS;
        var file = new PublishedFile("net.pt", urls, bytes, bytes > 0, sha256, "", stated);
        return new CatalogueModel("net", "a net", "", "MIT", "https://example.org/net", "", List.of(file));
    }

    private CatalogueModel model() throws IOException {
        return model(List.of(server.url("/net.pt")), content.length, hash());
    }

    private Fetcher fetcher(String from) {
        return fetcher(from, Map.of(), Download.Disk.REAL);
    }

    private Fetcher fetcher(String from, Map<String, String> environment, Download.Disk disk) {
        return Fetcher.of(store, Optional.of(from).filter(text -> !text.isEmpty()), listener, environment, QUICK, disk);
    }

    /** A fetcher that does not try again. */
    private Fetcher once(Duration silence) {
        var limits = new Download.Limits(1, Duration.ZERO, silence);
        return Fetcher.of(store, Optional.empty(), listener, Map.of(), limits, Download.Disk.REAL);
    }

    private String failure(CatalogueModel model) {
        return assertThrows(IOException.class, () -> fetcher("").fetch(model)).getMessage();
    }

    private Path place() {
        return store.root().resolve("net/net.pt");
    }

    private Path part() {
        return store.root().resolve("net/net.pt.part");
    }

    private void assertWhole() throws IOException {
        assertArrayEquals(content, Files.readAllBytes(place()));
        assertFalse(Files.exists(part()));
        assertFalse(Files.exists(store.root().resolve("net/net.pt.part.source")));
    }

    @Test
    void aFileComesWholeAndItsHashIsRecorded() throws Exception {
        var files = fetcher("").fetch(model());
        assertWhole();
        assertTrue(files.get(0).isNew());
        assertEquals(hash(), files.get(0).sha256());
        assertEquals(hash() + "  net.pt\n", Files.readString(store.root().resolve("net/sha256.lock")));
        assertEquals(List.of("/net.pt "), server.requests());
    }

    @Test
    void whatIsHereIsCheckedAndNothingIsAsked() throws Exception {
        fetcher("").fetch(model());
        var again = fetcher("").fetch(model());
        assertFalse(again.get(0).isNew());
        assertEquals(1, server.requests().size());
    }

    @Test
    void aBrokenTransferGoesOnWhereItStopped() throws Exception {
        server.breaking(100_000, 2);
        fetcher("").fetch(model());
        assertWhole();
        assertEquals(List.of("/net.pt ", "/net.pt bytes=100000-", "/net.pt bytes=200000-"), server.requests());
    }

    @Test
    void aSecondRunGoesOnWhereTheFirstWasLeft() throws Exception {
        server.breaking(70_000, 1).status(0);
        var once = once(Duration.ofSeconds(20));
        String message =
                assertThrows(IOException.class, () -> once.fetch(model())).getMessage();
        assertTrue(message.contains("70 kB are kept"), message);
        fetcher("").fetch(model());
        assertWhole();
        assertEquals(List.of("/net.pt ", "/net.pt bytes=70000-"), server.requests());
    }

    @Test
    void aServerWithoutRangesIsReadFromTheBeginning() throws Exception {
        server.withoutRanges().breaking(100_000, 1);
        fetcher("").fetch(model());
        assertWhole();
        assertTrue(remarks.toString().contains("from the beginning"), remarks.toString());
    }

    @Test
    void anotherVersionOnTheServerIsReadFromTheBeginning() throws Exception {
        server.breaking(100_000, 1);
        var once = once(Duration.ofSeconds(20));
        var unknown = model(List.of(server.url("/net.pt")), 0, "");
        assertThrows(IOException.class, () -> once.fetch(unknown));
        content[0]++;
        server.content(content, "\"two\"");
        fetcher("").fetch(unknown);
        assertWhole();
    }

    @Test
    void withoutAVersionOrAHashABrokenTransferBeginsAnew() throws Exception {
        server.content(content, "").breaking(100_000, 1);
        fetcher("").fetch(model(List.of(server.url("/net.pt")), 0, ""));
        assertWhole();
        assertEquals(List.of("/net.pt ", "/net.pt "), server.requests());
    }

    @Test
    void aServerThatNeverGivesAllIsGivenUpAfterSomeAttempts() throws Exception {
        server.withoutRanges().breaking(1000, Integer.MAX_VALUE);
        String message = failure(model());
        assertTrue(message.contains("3 attempts"), message);
        assertFalse(Files.exists(place()));
    }

    @Test
    void aWrongHashIsRefusedAndNotKept() throws Exception {
        var model = model();
        content[7]++;
        String message = failure(model);
        assertTrue(message.contains("has sha256") && message.contains("as its authors have it"), message);
        assertFalse(Files.exists(place()));
        assertFalse(Files.exists(part()));
    }

    @Test
    void aFileOfAnotherSizeIsRefusedBeforeItComes() throws Exception {
        String message = failure(model(List.of(server.url("/net.pt")), content.length + 1, hash()));
        assertTrue(message.contains("the server has 300000 bytes, the catalogue says 300001"), message);
    }

    @Test
    void aHashThatNobodySaysIsHeldToFromTheFirstDownloadOn() throws Exception {
        var model = model(List.of(server.url("/net.pt")), 0, "");
        fetcher("").fetch(model);
        Files.delete(place());
        content[7]++;
        server.content(content, "\"two\"");
        String message = failure(model);
        assertTrue(message.contains("what it was when first seen"), message);
    }

    @Test
    void verifyNamesWhatIsMissingAndWhatHasChanged() throws Exception {
        var model = model(List.of(server.url("/net.pt")), 0, "");
        assertTrue(Fetcher.verify(store, model).get("net.pt").contains("is missing"));
        fetcher("").fetch(model);
        assertEquals(Map.of("net.pt", ""), Fetcher.verify(store, model));
        Files.write(place(), new byte[3]);
        assertTrue(Fetcher.verify(store, model).get("net.pt").contains("when first seen"));
    }

    @Test
    void whereOneAddressHasNoFileTheNextIsAsked() throws Exception {
        try (var gone = new FileServer(content).status(404)) {
            fetcher("").fetch(model(List.of(gone.url("/net.pt"), server.url("/net.pt")), content.length, hash()));
            assertWhole();
            assertEquals(1, gone.requests().size());
        }
    }

    @Test
    void aMissingFileIsSaidWithWhatToPutWhere() throws Exception {
        server.status(404);
        String message = failure(model());
        assertTrue(message.contains("the server has no such file (404)"), message);
        assertTrue(message.contains("put into " + store.root().resolve("net")), message);
        assertTrue(message.contains("net.pt (300 kB) from " + server.url("/net.pt")), message);
        assertEquals(1, server.requests().size(), "a refusal is not asked again");
    }

    @Test
    void aTroubledServerIsAskedAgain() throws Exception {
        server.status(503);
        assertTrue(failure(model()).contains("the server answers 503 (3 attempts"));
        assertEquals(3, server.requests().size());
    }

    @Test
    void aWebPageInPlaceOfTheFileIsRefused() throws Exception {
        server.type("text/html; charset=utf-8");
        assertTrue(failure(model()).contains("a web page"));
    }

    @Test
    void redirectsAreFollowedAndResumedFromTheAddressInTheCatalogue() throws Exception {
        server.redirecting("/real/net.pt?signed=1").breaking(100_000, 1);
        fetcher("").fetch(model());
        assertWhole();
        assertEquals(
                List.of(
                        "/net.pt ",
                        "/real/net.pt?signed=1 ",
                        "/net.pt bytes=100000-",
                        "/real/net.pt?signed=1 bytes=100000-"),
                server.requests());
    }

    @Test
    void aHostThatDoesNotAnswerIsSaidWithWhatToPutWhere() throws Exception {
        int closed;
        try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            closed = socket.getLocalPort();
        }
        String message = failure(model(List.of("http://127.0.0.1:" + closed + "/net.pt"), 5, hash()));
        assertTrue(message.contains("its host does not take the connection"), message);
        assertTrue(message.contains("put into"), message);
    }

    @Test
    void aServerThatFallsSilentIsLeft() throws Exception {
        var release = new CountDownLatch(1);
        var silent = com.sun.net.httpserver.HttpServer.create(
                new java.net.InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        silent.createContext("/", exchange -> {
            exchange.sendResponseHeaders(200, 1000);
            exchange.getResponseBody().write(new byte[10]);
            exchange.getResponseBody().flush();
            try {
                release.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
        silent.start();
        try {
            var impatient = once(Duration.ofMillis(300));
            var model = model(List.of("http://127.0.0.1:" + silent.getAddress().getPort() + "/net.pt"), 0, "");
            String message = assertThrows(IOException.class, () -> impatient.fetch(model))
                    .getMessage();
            assertTrue(message.contains("nothing came for too long"), message);
        } finally {
            release.countDown();
            silent.stop(0);
        }
    }

    @Test
    void aFullDiskKeepsWhatHasCome() throws Exception {
        var nearlyFull = new Download.Disk() {
            @Override
            public WritableByteChannel open(PartFile part, boolean isAppended) throws IOException {
                return new LimitedChannel(part.open(isAppended), 80_000);
            }

            @Override
            public long freeBytes(Path anywhere) {
                return Long.MAX_VALUE;
            }
        };
        String message = assertThrows(IOException.class, () -> fetcher("", Map.of(), nearlyFull)
                        .fetch(model()))
                .getMessage();
        assertTrue(message.contains("No space left on device; what has come is kept"), message);
        assertEquals(1, server.requests().size(), "another attempt or address would not help");
        long kept = Files.size(part());
        assertTrue(kept > 0, "nothing kept");
        fetcher("").fetch(model());
        assertWhole();
        assertEquals("/net.pt bytes=" + kept + "-", server.requests().get(1));
    }

    @Test
    void aDiskWithoutRoomIsSaidBeforeAnythingIsWritten() throws Exception {
        var small = new Download.Disk() {
            @Override
            public WritableByteChannel open(PartFile part, boolean isAppended) {
                throw new AssertionError("written to a disk without room");
            }

            @Override
            public long freeBytes(Path anywhere) {
                return 1000;
            }
        };
        String message = assertThrows(
                        IOException.class, () -> fetcher("", Map.of(), small).fetch(model()))
                .getMessage();
        assertTrue(message.contains("net.pt needs 300 kB more") && message.contains("SOLA_HOME"), message);
    }

    @Test
    void ofTwoWhoFetchAtOnceOneWaitsAndFindsTheFile() throws Exception {
        var model = model();
        var threads = Executors.newFixedThreadPool(2);
        try {
            Callable<Boolean> fetch = () -> fetcher("").fetch(model).get(0).isNew();
            var results = threads.invokeAll(List.of(fetch, fetch));
            assertEquals(
                    1,
                    List.of(results.get(0).get(), results.get(1).get()).stream()
                            .filter(isNew -> isNew)
                            .count());
        } finally {
            threads.shutdownNow();
        }
        assertWhole();
        assertEquals(1, server.requests().size());
    }

    @Test
    void aMirrorIsAskedForTheModelsFolderThenForTheFile() throws Exception {
        fetcher(server.url("/mirror/")).fetch(model(List.of("https://unreachable.invalid/net.pt"), 0, hash()));
        assertWhole();
        assertEquals(List.of("/mirror/net/net.pt "), server.requests());
    }

    @Test
    void aFolderIsReadWithoutAConnectionAndCheckedLikeTheRest() throws Exception {
        var carried = Files.createDirectories(folder.resolve("carried"));
        Files.write(carried.resolve("net.pt"), content);
        fetcher(carried.toString()).fetch(model());
        assertWhole();
        assertEquals(List.of(), server.requests());

        Files.delete(place());
        Files.write(carried.resolve("net.pt"), new byte[content.length]);
        String message = assertThrows(
                        IOException.class, () -> fetcher(carried.toString()).fetch(model()))
                .getMessage();
        assertTrue(message.contains("has sha256"), message);
        Files.delete(carried.resolve("net.pt"));
        message = assertThrows(
                        IOException.class, () -> fetcher(carried.toString()).fetch(model()))
                .getMessage();
        assertTrue(message.contains("has neither net/net.pt nor net.pt"), message);
    }

    @Test
    void whatTheAuthorsDoNotPublishIsSaidWithWhereToPutIt() throws Exception {
        String message = failure(model(List.of(), 0, ""));
        assertTrue(message.contains("its authors do not publish net.pt (see https://example.org/net)"), message);
        Files.createDirectories(place().getParent());
        Files.write(place(), content);
        assertEquals(hash(), fetcher("").fetch(model(List.of(), 0, "")).get(0).sha256());
    }

    @Test
    void theEnvironmentsProxyIsAskedForHostsThatItDoesNotExclude() throws Exception {
        var url = "http://models.example.org/net.pt"; // loopback answers for it, as a proxy
        var environment = Map.of("http_proxy", server.url(""), "NO_PROXY", "example.com");
        fetcher("", environment, Download.Disk.REAL).fetch(model(List.of(url), content.length, hash()));
        assertWhole();
        assertEquals(List.of(url + " "), server.requests());
    }

    /** A disk with room for some bytes. */
    private static final class LimitedChannel implements WritableByteChannel {
        private final WritableByteChannel channel;
        private long room;

        LimitedChannel(WritableByteChannel channel, long room) {
            this.channel = channel;
            this.room = room;
        }

        @Override
        public int write(ByteBuffer bytes) throws IOException {
            if (bytes.remaining() > room) {
                throw new IOException("No space left on device");
            }
            room -= bytes.remaining();
            return channel.write(bytes);
        }

        @Override
        public boolean isOpen() {
            return channel.isOpen();
        }

        @Override
        public void close() throws IOException {
            channel.close();
        }
    }
}
