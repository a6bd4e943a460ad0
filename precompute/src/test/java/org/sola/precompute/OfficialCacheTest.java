package org.sola.precompute;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class OfficialCacheTest {
    private static final String MASKS = "sam2_tracks/grid_tracks/mevis/train/sam2_masklets/dog/00001.json";
    private static final String TOKENS = "sam2_tracks/grid_tracks/mevis/train/sam2_object_tokens/dog/00001.npy";

    @TempDir
    Path folder;

    private OfficialCache official;
    private VideoTracks video;

    @BeforeEach
    void write() throws IOException {
        official = new OfficialCache(folder, "mevis", "train");
        video = ofAllKinds(SampleVideos.video("dog", 6, 3));
        new OfficialCacheWriter(official).write(video, (tracks, row) -> Optional.empty());
    }

    /** Two tracks of the truth, two of the grid and one of the detector for each of two expressions. */
    private static VideoTracks ofAllKinds(VideoTracks plain) {
        var kinds = List.of(Track.TRUTH, Track.TRUTH, Track.GRID, Track.GRID, Track.BOX, Track.BOX);
        var expressions = List.of("", "", "", "", "0", "7");
        var tracks = new ArrayList<Track>();
        for (int n = 0; n < kinds.size(); n++) {
            var track = plain.tracks().get(n);
            tracks.add(new Track(n, kinds.get(n), 0, 0, 0, expressions.get(n), track.masks(), track.objectScores()));
        }
        return new VideoTracks(
                plain.videoId(), plain.frameNames(), plain.height(), plain.width(), tracks, plain.tokens(), 4);
    }

    private OfficialCacheReader reader() {
        return new OfficialCacheReader(official, "sam2-hiera-large");
    }

    private String problem() {
        return assertThrows(CacheException.class, () -> reader().read("dog", Optional.empty()))
                .getMessage();
    }

    @Test
    void whatIsExportedIsImported() throws IOException {
        assertEquals(List.of("dog"), official.videoIds());
        var read = reader().read("dog", Optional.of(video.frameNames()));
        assertEquals(video.frameNames(), read.frameNames());
        assertArrayEquals(video.tokens(), read.tokens());
        for (int n = 0; n < 6; n++) {
            assertEquals(video.tracks().get(n).masks(), read.tracks().get(n).masks());
            assertEquals(video.tracks().get(n).source(), read.tracks().get(n).source());
            assertEquals(
                    video.tracks().get(n).expression(), read.tracks().get(n).expression());
        }
    }

    @Test
    void importFillsACacheAndNamesWhatIsBroken() throws IOException {
        new OfficialCacheWriter(official)
                .write(ofAllKinds(SampleVideos.video("eel", 6, 4)), (tracks, row) -> Optional.empty());
        Files.writeString(folder.resolve(MASKS), "{}");
        var cache = TokenCache.create(folder.resolve("cache"), new QuickDisk());
        var failed = reader().importInto(cache, Map.of(), id -> {});
        assertEquals(List.of("eel"), cache.videoIds());
        assertEquals(List.of("dog"), List.copyOf(failed.keySet()));
        assertTrue(failed.get("dog").contains("00001.json field rle"), failed.get("dog"));
        assertEquals("sam2-hiera-large", cache.manifest("eel").fingerprint().model());
        assertTrue(CacheVerify.of(cache).isSound());
    }

    @Test
    void overlapsAreWrittenForThePublishedTraining() throws IOException {
        var overlaps = new OfficialCacheWriter.Overlaps(Map.of("12", 0.5), Map.of("12", 0.25), Map.of("12", 0.75));
        new OfficialCacheWriter(official).write(video, (tracks, row) -> Optional.of(overlaps));
        var text = Files.readString(folder.resolve(MASKS));
        assertTrue(text.contains("\"iou\":{\"12\":0.75}"), text);
        assertTrue(text.contains("\"anno_id\":1") && text.contains("\"prompt_type\":\"SAM2 AMG MASK\""), text);
    }

    @Test
    void aMissingFrameIsAnEmptyMask() throws IOException {
        var text = Files.readString(folder.resolve(MASKS));
        int first = text.indexOf("{\"size\"");
        Files.writeString(
                folder.resolve(MASKS),
                text.substring(0, first) + "null" + text.substring(text.indexOf('}', first) + 1));
        assertTrue(reader().read("dog", Optional.empty())
                .tracks()
                .get(3)
                .masks()
                .get(0)
                .isEmpty());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "\"rle\"|\"masks\"|field rle: expected a list",
                "\"size\":[9,13]|\"size\":[9]|field rle, frame 0: size",
                "\"counts\":\"|\"runs\":\"|field rle, frame 0: counts",
                "\"size\":[9,13]|\"size\":[13,9]|13x9",
                "\"rle\"|rle|is no JSON",
            })
    void wrongMasksAreNamedWithFileAndField(String from, String to, String expected) throws IOException {
        var file = folder.resolve(MASKS);
        var text = Files.readString(file);
        assertTrue(text.contains(from), text);
        int at = text.indexOf(from);
        Files.writeString(file, text.substring(0, at) + to + text.substring(at + from.length()));
        assertTrue(problem().contains("00001.json") && problem().contains(expected), problem());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "NUMPY|numpy|is no .npy file",
                "<f4|<f2|has descr <f2, expected <f4",
                "'fortran_order': False|'fortran_order': True |has fortran_order True",
                "(6, 4), }|(4, 6), }|has shape (4, 6), the video needs (6, 4)",
                "(6, 4), }|(6, 9), }|bytes of numbers",
                "(6, 4), }|(24,), } |expected (frames, width)",
                "'shape'|'shapes'|without shape",
            })
    void wrongTokensAreNamedWithFileAndField(String from, String to, String expected) throws IOException {
        var file = folder.resolve(TOKENS);
        var text = new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1);
        assertTrue(text.contains(from), text);
        Files.write(file, text.replace(from, to).getBytes(StandardCharsets.ISO_8859_1));
        assertTrue(problem().contains("00001.npy") && problem().contains(expected), problem());
    }

    @Test
    void aTokenFileCutOffAnywhereIsRefused() throws IOException {
        var file = folder.resolve(TOKENS);
        var whole = Files.readAllBytes(file);
        for (int length = 0; length < whole.length; length++) {
            Files.write(file, java.util.Arrays.copyOf(whole, length));
            assertTrue(problem().contains("00001.npy"));
        }
        Files.delete(file);
        assertTrue(problem().contains("00001.npy is missing"), problem());
    }

    /** The header that NumPy 2 writes for {@code np.zeros((6, 4), np.float32)}. */
    @Test
    void theHeaderIsNumPys() throws IOException {
        var out = new ByteArrayOutputStream();
        NpyFile.write(new NpyFile.Matrix(6, 4, new float[24]), out);
        var expected =
                "\u0093NUMPY\u0001\u0000\u0076\u0000" + "{'descr': '<f4', 'fortran_order': False, 'shape': (6, 4), }";
        var head = out.toString(StandardCharsets.ISO_8859_1);
        assertEquals(expected, head.substring(0, expected.length()));
        assertEquals(128 + 96, head.length());
        assertEquals('\n', head.charAt(127));
    }
}
