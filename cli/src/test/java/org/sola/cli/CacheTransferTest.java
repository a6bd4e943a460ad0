package org.sola.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sola.precompute.TokenCache;

/** Token caches to the published code's files and back, by the commands. */
class CacheTransferTest {
    @TempDir
    Path folder;

    private Path data;
    private Path ours;
    private Path published;
    private Path back;

    @BeforeEach
    void makeCache() throws IOException {
        data = TinyDataset.write(folder.resolve("data"), "dog", "eel");
        ours = TinyTokens.write(folder.resolve("ours"), "dog", "eel");
        published = folder.resolve("published");
        back = folder.resolve("back");
    }

    private CommandRun export() {
        return CommandRun.of(
                "cache", "export", ours.toString(), "--data", data.toString(), "--out", published.toString());
    }

    private CommandRun imported() {
        return CommandRun.of(
                "cache", "import", published.toString(), "--data", data.toString(), "--out", back.toString());
    }

    @Test
    void whatIsExportedComesBackWithTheOverlapsThatLabelsAreMadeOf() throws IOException {
        var export = export();
        assertEquals(Failures.DONE, export.status(), export.err());
        var json =
                Files.readString(published.resolve("sam2_tracks/gt_tracks/mevis/train/sam2_masklets/dog/00000.json"));
        assertTrue(json.contains("\"iou\":{\"0\":1.0}"), json);
        var imported = imported();
        assertEquals(Failures.DONE, imported.status(), imported.err());
        for (var id : List.of("dog", "eel")) {
            var before = TokenCache.open(ours).read(id);
            var after = TokenCache.open(back).read(id);
            assertArrayEquals(before.tokens(), after.tokens());
            assertEquals(before.frameNames(), after.frameNames());
            for (int n = 0; n < before.tracks().size(); n++) {
                assertEquals(
                        before.tracks().get(n).masks(), after.tracks().get(n).masks());
                assertEquals(
                        before.tracks().get(n).source(), after.tracks().get(n).source());
            }
        }
    }

    @Test
    void aDamagedVideoIsNamedAndTheRestGoesOn() throws IOException {
        export();
        Files.writeString(
                published.resolve("sam2_tracks/grid_tracks/mevis/train/sam2_object_tokens/dog/00001.npy"), "no array");
        var imported = imported();
        assertEquals(Failures.NOT_ALL_DONE, imported.status(), imported.err());
        assertTrue(imported.out().contains("dog: ") && imported.out().contains("00001.npy is no .npy file"));
        assertEquals(List.of("eel"), TokenCache.open(back).videoIds());
    }

    @Test
    void aFolderWithoutTracksIsRefused() {
        var answer = CommandRun.of("cache", "import", data.toString(), "--split", "valid", "--out", back.toString());
        assertEquals(Failures.WRONG_INPUT, answer.status());
        assertTrue(answer.err().contains("holds no tracks of mevis/valid"), answer.err());
    }
}
