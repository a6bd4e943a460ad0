package org.sola.precompute;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.sola.tensor.SafetensorsWriter;

class TokenCacheTest {
    @TempDir
    Path folder;

    private TokenCache cache;

    @BeforeEach
    void makeCache() throws IOException {
        cache = TokenCache.create(folder, new QuickDisk());
    }

    private void put(VideoTracks video) throws IOException {
        cache.write(video, SampleVideos.ORIGIN, SampleVideos.FINGERPRINT);
    }

    private String problem(String video) {
        return assertThrows(CacheException.class, () -> cache.read(video)).getMessage();
    }

    private void replace(String file, String from, String to) throws IOException {
        var path = folder.resolve(file);
        var text = Files.readString(path, StandardCharsets.UTF_8);
        assertTrue(text.contains(from), text);
        Files.writeString(path, text.replace(from, to), StandardCharsets.UTF_8);
    }

    @Test
    void tokensAreReadFromAMappingWithoutTheMasks() throws IOException {
        var video = SampleVideos.video("dog", 3, 1);
        put(video);
        Files.write(folder.resolve("dog.masks.json"), new byte[0]);
        var picked = new float[3 * 4];
        try (var tokens = cache.mapTokens(cache.manifest("dog"))) {
            tokens.read(2, 4, 2, picked, 0);
            tokens.read(0, 0, 1, picked, 8);
            assertThrows(IndexOutOfBoundsException.class, () -> tokens.read(3, 0, 1, picked, 0));
            assertThrows(IndexOutOfBoundsException.class, () -> tokens.read(2, video.frames(), 1, picked, 0));
        }
        assertArrayEquals(video.token(2, 4), java.util.Arrays.copyOfRange(picked, 0, 4));
        assertArrayEquals(video.token(2, 5), java.util.Arrays.copyOfRange(picked, 4, 8));
        assertArrayEquals(video.token(0, 0), java.util.Arrays.copyOfRange(picked, 8, 12));
    }

    @Test
    void overlapsOfVideosThatAreDoneStayAndOthersAreLeftovers() throws IOException {
        put(SampleVideos.video("dog", 3, 1));
        Files.write(cache.overlap("dog", "native"), new byte[1]);
        Files.write(cache.overlap("cat", "resized"), new byte[1]);
        assertEquals(List.of(folder.resolve("cat.overlap-resized.safetensors")), CacheGc.leftovers(cache));
        assertEquals(List.of("dog"), cache.videoIds());
    }

    @Test
    void whatWasWrittenIsRead() throws IOException {
        var video = SampleVideos.video("dog", 3, 1);
        put(video);
        var read = cache.read("dog");
        assertTrue(cache.contains("dog"));
        assertEquals(List.of("dog"), cache.videoIds());
        assertEquals(video.frameNames(), read.frameNames());
        assertArrayEquals(video.tokens(), read.tokens());
        for (int n = 0; n < 3; n++) {
            assertEquals(video.tracks().get(n).masks(), read.tracks().get(n).masks());
            assertArrayEquals(
                    video.tracks().get(n).objectScores(), read.tracks().get(n).objectScores());
            assertEquals(video.tracks().get(n).stability(), read.tracks().get(n).stability());
        }
        assertEquals(SampleVideos.FINGERPRINT, cache.manifest("dog").fingerprint());
        assertArrayEquals(video.token(2, 5), read.only(track -> track.id() == 2).token(0, 5));
    }

    @Test
    void aVideoWithoutTracksIsKept() throws IOException {
        put(SampleVideos.video("empty", 0, 1));
        assertEquals(0, cache.read("empty").tracks().size());
    }

    @ParameterizedTest
    @ValueSource(strings = {"../x", "a/b", ".hidden", "", "a\\b", "x.masks"})
    void aVideoIdThatIsNoFileNameIsRefused(String id) {
        assertThrows(CacheException.class, () -> put(SampleVideos.video(id, 1, 1)));
    }

    @ParameterizedTest
    @ValueSource(strings = {"dog.tokens.safetensors", "dog.masks.json"})
    void aTruncatedFileIsNamedWithBothLengths(String file) throws IOException {
        put(SampleVideos.video("dog", 3, 1));
        var path = folder.resolve(file);
        var bytes = Files.readAllBytes(path);
        Files.write(path, java.util.Arrays.copyOf(bytes, bytes.length - 7));
        assertFalse(cache.contains("dog"));
        var message = problem("dog");
        assertTrue(message.contains(file) && message.contains("truncated"), message);
        assertTrue(message.contains(Integer.toString(bytes.length)), message);
    }

    @Test
    void aMissingFileIsNamed() throws IOException {
        put(SampleVideos.video("dog", 3, 1));
        Files.delete(folder.resolve("dog.masks.json"));
        assertFalse(cache.contains("dog"));
        assertTrue(problem("dog").contains("dog.masks.json is missing"));
    }

    @Test
    void aVideoThatIsNotThereIsNamed() {
        assertTrue(problem("cat").contains("\"cat\""));
    }

    @Test
    void tensorsThatDoNotFitTheTracksAreRefused() throws IOException {
        put(SampleVideos.video("dog", 3, 1));
        var other = new SafetensorsWriter()
                .add("tokens", new float[2 * 6 * 4], 2, 6, 4)
                .add("object_scores", new float[2 * 6], 2, 6);
        var file = folder.resolve("dog.tokens.safetensors");
        long before = Files.size(file);
        other.write(file);
        replace("dog.json", "\"bytes\" : " + before, "\"bytes\" : " + Files.size(file));
        var message = problem("dog");
        assertTrue(message.contains("[2, 6, 4]") && message.contains("[3, 6, 4]"), message);
    }

    @ParameterizedTest
    @CsvSource({
        "'\"version\" : 1', '\"version\" : 2', 'update it'",
        "'\"version\" : 1', '\"version\" : 0', 'run precompute again'",
        "'sola-token-cache', 'something-else', 'no manifest'",
        "'\"tracks\" : 3', '\"tracks\" : \"x\"', '/tracks'",
        "'\"tracks\" : 3', '\"tracks\" : 4', 'has 3 tracks'",
        "'\"grid.pointsPerSide\" : \"12\"', '\"grid.pointsPerSide\" : \"13\"', 'edited'",
        "'\"video\"', '\"video', 'no JSON'"
    })
    void aWrongManifestSaysWhatIsWrong(String from, String to, String expected) throws IOException {
        put(SampleVideos.video("dog", 3, 1));
        replace("dog.json", from, to);
        var message = problem("dog");
        assertTrue(message.contains("dog") && message.contains(expected), message);
    }

    @Test
    void aCacheOfOtherSettingsIsRefusedWithWhatDiffers() throws IOException {
        put(SampleVideos.video("dog", 3, 1));
        cache.requireFingerprint(SampleVideos.FINGERPRINT);
        var other = new Fingerprint("sam2.1-nano", "cd".repeat(32), Map.of("grid.pointsPerSide", "16", "name", "demo"));
        var message = assertThrows(CacheException.class, () -> cache.requireFingerprint(other))
                .getMessage();
        assertTrue(message.contains("grid.pointsPerSide: 16 here, 12 there"), message);
        assertTrue(message.contains("weights: cdcdcdcdcdcd... here, abababababab... there"), message);
        assertFalse(message.contains("name:"), message);
    }

    @Test
    void verifyFindsAFlippedBit() throws IOException {
        put(SampleVideos.video("dog", 3, 1));
        put(SampleVideos.video("cat", 2, 2));
        assertTrue(CacheVerify.of(cache).isSound());
        var file = folder.resolve("dog.tokens.safetensors");
        var bytes = Files.readAllBytes(file);
        bytes[bytes.length - 9] ^= 4;
        Files.write(file, bytes);
        var report = CacheVerify.of(cache);
        assertEquals(List.of("cat"), report.sound());
        assertEquals(1, report.problems().size());
        assertTrue(report.problems().get(0).contains("dog.tokens.safetensors has SHA-256"));
    }

    @Test
    void gcRemovesLeftoversAndNothingElse() throws IOException {
        put(SampleVideos.video("dog", 3, 1));
        Files.writeString(folder.resolve("cat.tokens.safetensors"), "1234");
        Files.writeString(folder.resolve("cat.masks.json.part"), "12");
        Files.writeString(folder.resolve("notes.txt"), "mine");
        assertEquals(2, CacheVerify.of(cache).problems().size());
        assertEquals(6, CacheGc.of(cache, true).bytes());
        assertEquals(2, CacheGc.of(cache, false).files().size());
        assertTrue(CacheVerify.of(cache).isSound());
        assertTrue(Files.exists(folder.resolve("notes.txt")));
    }

    @Test
    void infoAddsUpAndReadsTheLogPastAnUnfinishedLine() throws IOException {
        put(SampleVideos.video("dog", 3, 1));
        put(SampleVideos.video("cat", 2, 2));
        cache.log().append("dog", 6, 3, new TrackedVideo.Cost(1.5, 1, 0.2, 0, 0.3), 1000);
        Files.writeString(folder.resolve(RunLog.FILE_NAME), "{\"video\":\"ca", java.nio.file.StandardOpenOption.APPEND);
        cache.log().append("cat", 6, 2, new TrackedVideo.Cost(2, 1, 0.5, 0, 0.5), 3000);
        var info = CacheInfo.of(cache);
        assertEquals(2, info.videos());
        assertEquals(5, info.tracks());
        assertEquals(12, info.frames());
        assertEquals(12, info.encoderCalls());
        assertEquals(3.5, info.seconds(), 1e-9);
        assertEquals(3000, info.peakResidentBytes());
        assertEquals(SampleVideos.FINGERPRINT.digest(), info.toJson().get("fingerprint"));
    }
}
