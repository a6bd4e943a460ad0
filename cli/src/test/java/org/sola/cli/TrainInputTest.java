package org.sola.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sola.mask.Mask;
import org.sola.mask.Rle;
import org.sola.precompute.CacheManifest;
import org.sola.precompute.Fingerprint;
import org.sola.precompute.TokenCache;
import org.sola.precompute.Track;
import org.sola.precompute.VideoTracks;

/** What {@code sola train} says of input that cannot be trained on, before the first step. */
class TrainInputTest {
    private static final Rle ELSEWHERE = Rle.encode(Mask.of(16, 16, (y, x) -> x >= 12));

    @TempDir
    Path folder;

    private void put(String video, int width, String model, Rle mask) throws IOException {
        var track = new Track(0, Track.GRID, 0, 0.9, 0.9, List.of(mask, mask), new float[] {1, 1});
        var tracks = new VideoTracks(
                video, TinyDataset.FRAMES, 16, 16, List.of(track), new float[TinyDataset.FRAMES.size() * width], width);
        TokenCache.create(folder.resolve("cache"))
                .write(tracks, new CacheManifest.Origin("grid", 1, 2, ""), new Fingerprint(model, "0", Map.of()));
    }

    private CommandRun train() {
        return CommandRun.of(
                "train",
                "--data",
                folder.resolve("data").toString(),
                "--cache",
                folder.resolve("cache").toString(),
                "--valid-data",
                folder.resolve("data").toString(),
                "--valid-cache",
                folder.resolve("cache").toString(),
                "--out",
                folder.resolve("run").toString());
    }

    private void assertRefused(String... parts) {
        var answer = train();
        assertEquals(Failures.WRONG_INPUT, answer.status(), answer.err());
        for (var part : parts) {
            assertTrue(answer.err().contains(part), answer.err());
        }
        assertFalse(Files.exists(folder.resolve("run/best.safetensors")));
    }

    @Test
    void tokensOfAnotherWidthThanTheSelectors() throws IOException {
        TinyDataset.write(folder.resolve("data"), "dog", "eel");
        put("dog", 8, "tiny", TinyDataset.OBJECT);
        put("eel", 8, "tiny", TinyDataset.OBJECT);
        assertRefused("object tokens of 8 numbers (video dog), selector selector-nano reads 128");
    }

    @Test
    void tracksOfTwoModelsInOneTrainingSet() throws IOException {
        TinyDataset.write(folder.resolve("data"), "dog", "eel");
        put("dog", 128, "one", TinyDataset.OBJECT);
        put("eel", 128, "two", TinyDataset.OBJECT);
        assertRefused("the tracks of eel were made with another model or other settings than those of dog");
    }

    @Test
    void aCacheThatHoldsNoVideoOfTheSplit() throws IOException {
        TinyDataset.write(folder.resolve("data"), "dog", "eel");
        put("fox", 128, "tiny", TinyDataset.OBJECT);
        assertRefused("the training split is empty");
    }

    @Test
    void expressionsThatNoTrackFits() throws IOException {
        TinyDataset.write(folder.resolve("data"), "dog", "eel");
        put("dog", 128, "tiny", ELSEWHERE);
        put("eel", 128, "tiny", ELSEWHERE);
        assertRefused("no track of any training video overlaps", "the left half", "labelThreshold");
    }
}
