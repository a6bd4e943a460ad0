package org.sola.precompute;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sola.file.AtomicFile;

class PrecomputeTest {
    private static final String[] IDS = {"bird", "cat", "dog", "eel"};

    @TempDir
    Path folder;

    private static PrecomputeResult run(TokenCache cache, VideoTracker tracker) throws IOException {
        return Precompute.resuming(cache, tracker).run(FakeTracker.videos(IDS), Shard.ALL, PrecomputeListener.NONE);
    }

    /** Every file but the log of times, which is allowed to differ. */
    private static TreeMap<String, byte[]> bytes(Path folder) throws IOException {
        var bytes = new TreeMap<String, byte[]>();
        try (var listing = Files.list(folder)) {
            for (var file : listing.toList()) {
                if (!file.getFileName().toString().equals(RunLog.FILE_NAME)) {
                    bytes.put(file.getFileName().toString(), Files.readAllBytes(file));
                }
            }
        }
        return bytes;
    }

    private static void assertSameBytes(TreeMap<String, byte[]> expected, Path folder) throws IOException {
        var found = bytes(folder);
        assertEquals(expected.keySet(), found.keySet());
        expected.forEach((name, content) -> assertArrayEquals(content, found.get(name), name));
    }

    private TreeMap<String, byte[]> expectedBytes() throws IOException {
        var undisturbed = quick(folder.resolve("undisturbed"));
        assertEquals(4, run(undisturbed, new FakeTracker()).done().size());
        return bytes(undisturbed.folder());
    }

    private static TokenCache quick(Path target) throws IOException {
        return TokenCache.create(target, new QuickDisk());
    }

    /** A disk on which the power goes at the n-th change: half of a temporary file is left behind. */
    private static final class FailingDisk extends QuickDisk {
        private int left;

        FailingDisk(int changes) {
            left = changes;
        }

        private boolean isOver() {
            return left-- == 0;
        }

        @Override
        public void write(Path target, AtomicFile.Writer body) throws IOException {
            if (isOver()) {
                super.write(target, body);
                var whole = Files.readAllBytes(target);
                Files.delete(target);
                Files.write(
                        target.resolveSibling(target.getFileName() + AtomicFile.TEMPORARY_SUFFIX),
                        java.util.Arrays.copyOf(whole, whole.length / 2));
                throw new IOException("No space left on device");
            }
            super.write(target, body);
        }

        @Override
        public void delete(Path file) throws IOException {
            if (isOver()) {
                throw new IOException("No space left on device");
            }
            super.delete(file);
        }
    }

    @Test
    void failingAtAnyWriteAndRunningAgainGivesTheSameBytes() throws IOException {
        var expected = expectedBytes();
        int crashes = 0;
        while (true) {
            var target = folder.resolve("crash-" + crashes);
            var failing = TokenCache.create(target, new FailingDisk(crashes));
            try {
                run(failing, new FakeTracker());
                break;
            } catch (IOException e) {
                assertEquals("No space left on device", e.getMessage());
            }
            run(quick(target), new FakeTracker());
            CacheGc.of(TokenCache.open(target), false);
            assertSameBytes(expected, target);
            crashes++;
        }
        assertEquals(16, crashes, "a deletion and three files for each of four videos");
    }

    @Test
    void overwritingCanBeCutShortToo() throws IOException {
        var expected = expectedBytes();
        for (int n = 0; n < 8; n++) {
            var target = folder.resolve("overwrite-" + n);
            run(quick(target), new FakeTracker());
            var failing = TokenCache.create(target, new FailingDisk(n));
            assertThrows(IOException.class, () -> Precompute.overwriting(failing, new FakeTracker())
                    .run(FakeTracker.videos(IDS), Shard.ALL, PrecomputeListener.NONE));
            run(quick(target), new FakeTracker());
            CacheGc.of(TokenCache.open(target), false);
            assertSameBytes(expected, target);
        }
    }

    /** What the child process of the next test runs: says the videos it starts with. */
    static final class Child {
        public static void main(String[] arguments) throws IOException {
            Precompute.resuming(TokenCache.create(Path.of(arguments[0])), new FakeTracker())
                    .run(FakeTracker.videos(IDS), Shard.ALL, new PrecomputeListener() {
                        @Override
                        public void started(String video, int index, int total) {
                            System.out.println(video);
                        }
                    });
        }
    }

    @Test
    void aKilledProcessIsResumedToTheSameBytes() throws IOException, InterruptedException {
        var expected = expectedBytes();
        var target = folder.resolve("killed");
        for (int lines = 1; lines <= 3; lines++) {
            var child = new ProcessBuilder(
                            Path.of(System.getProperty("java.home"), "bin", "java")
                                    .toString(),
                            "-cp",
                            System.getProperty("java.class.path"),
                            Child.class.getName(),
                            target.toString())
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
            try (var out = new BufferedReader(new InputStreamReader(child.getInputStream(), StandardCharsets.UTF_8))) {
                for (int i = 0; i < lines && out.readLine() != null; i++) {
                    continue;
                }
                child.destroyForcibly().waitFor();
            }
        }
        run(TokenCache.create(target), new FakeTracker());
        CacheGc.of(TokenCache.open(target), false);
        assertSameBytes(expected, target);
        assertTrue(CacheVerify.of(TokenCache.open(target)).isSound());
    }

    @Test
    void aBrokenVideoIsNamedAndTheOthersAreDone() throws IOException {
        var cache = quick(folder);
        var result = run(cache, new FakeTracker("cat"));
        assertEquals(List.of("bird", "dog", "eel"), cache.videoIds());
        assertEquals(List.of(new PrecomputeResult.Failed("cat", "cat ends in the middle of a frame")), result.failed());
        var again = run(cache, new FakeTracker());
        assertEquals(List.of("bird", "dog", "eel"), again.skipped());
        assertEquals("cat", again.done().get(0).video());
    }

    @Test
    void aTruncatedFileIsMadeAnew() throws IOException {
        var expected = expectedBytes();
        var target = folder.resolve("undisturbed");
        Files.write(target.resolve("dog.tokens.safetensors"), new byte[7]);
        assertEquals(1, run(TokenCache.open(target), new FakeTracker()).done().size());
        assertSameBytes(expected, target);
    }

    @Test
    void otherFramesUnderTheSameIdAreRefused() throws IOException {
        var cache = quick(folder);
        cache.write(SampleVideos.video("cat", 1, 1), SampleVideos.ORIGIN, SampleVideos.FINGERPRINT);
        var failure = run(cache, new FakeTracker()).failed().get(0);
        assertTrue(failure.reason().contains("was made from other frames"), failure.reason());
    }

    @Test
    void stoppingBetweenFramesKeepsWhatIsDone() throws IOException {
        var cache = quick(folder);
        var result = Precompute.resuming(cache, new FakeTracker())
                .run(FakeTracker.videos(IDS), Shard.ALL, new PrecomputeListener() {
                    private int frames;

                    @Override
                    public void frames(Stage stage, int done, int total) {
                        frames++;
                    }

                    @Override
                    public boolean isStopped() {
                        return frames >= 8;
                    }
                });
        assertTrue(result.isStopped());
        assertEquals(List.of("bird"), cache.videoIds());
        assertFalse(run(cache, new FakeTracker()).isStopped());
        assertEquals(4, cache.videoIds().size());
    }

    @Test
    void shardsDivideTheVideos() throws IOException {
        var cache = quick(folder);
        for (int i = 0; i < 3; i++) {
            Precompute.resuming(cache, new FakeTracker())
                    .run(FakeTracker.videos(IDS), Shard.parse(i + "/3"), PrecomputeListener.NONE);
            assertEquals(Math.min(i + 2, 4), cache.videoIds().size());
        }
        assertThrows(IllegalArgumentException.class, () -> Shard.parse("3/3"));
        assertThrows(IllegalArgumentException.class, () -> Shard.parse("a/3"));
    }
}
