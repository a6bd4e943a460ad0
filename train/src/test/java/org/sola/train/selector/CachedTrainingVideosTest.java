package org.sola.train.selector;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sola.precompute.TokenCache;
import org.sola.precompute.Track;

class CachedTrainingVideosTest {
    private static final FileTime LONG_AGO = FileTime.fromMillis(0);

    @TempDir
    private Path folder;

    private SyntheticSet set;

    @BeforeEach
    void write() throws IOException {
        set = new SyntheticSet(folder.resolve("data"), folder.resolve("cache"), 48, 64, 8);
        set.write(List.of(new SyntheticSet.Size(5, 4, 2, 3), new SyntheticSet.Size(3, 7, 1, 2)), 1);
    }

    private Path overlap() {
        return folder.resolve("cache/video00000.overlap-native.safetensors");
    }

    private List<String> labels(TrackOverlap.Size rule) throws IOException {
        return set.videos(rule).load(0).expressions().stream()
                .map(TrainingExpression::toString)
                .toList();
    }

    /** Whether the kept overlaps were made anew by the time that {@code work} is done. */
    private boolean isMadeAnew(Work work) throws IOException {
        Files.setLastModifiedTime(overlap(), LONG_AGO);
        work.run();
        return !Files.getLastModifiedTime(overlap()).equals(LONG_AGO);
    }

    @FunctionalInterface
    private interface Work {
        void run() throws IOException;
    }

    @Test
    void overlapsAreComputedOnceAndKeptBesideTheCache() throws IOException {
        var first = labels(TrackOverlap.Size.NATIVE);
        assertTrue(first.get(0).contains("1.0"), first.toString());
        assertTrue(!isMadeAnew(() -> {
            Files.move(folder.resolve("cache/video00000.masks.json"), folder.resolve("masks"));
            Files.write(
                    folder.resolve("cache/video00000.masks.json"), new byte[(int) Files.size(folder.resolve("masks"))]);
            assertEquals(first, labels(TrackOverlap.Size.NATIVE), "without a look at the masks");
        }));
    }

    @Test
    void anotherRuleHasItsOwn() throws IOException {
        labels(TrackOverlap.Size.NATIVE);
        labels(TrackOverlap.Size.RESIZED);
        assertTrue(Files.exists(folder.resolve("cache/video00000.overlap-resized.safetensors")));
        assertTrue(Files.exists(overlap()));
    }

    @Test
    void otherTracksOtherAnnotationsOrADamagedFileAreNoticed() throws IOException {
        var before = labels(TrackOverlap.Size.NATIVE);
        byte[] kept = Files.readAllBytes(overlap());
        Files.write(overlap(), java.util.Arrays.copyOf(kept, kept.length - 3));
        assertEquals(before, labels(TrackOverlap.Size.NATIVE));
        assertArrayEquals(kept, Files.readAllBytes(overlap()), "what was damaged is made again");
        // the same tracks, other annotations, and then other tracks
        var other = new SyntheticSet(folder.resolve("data2"), folder.resolve("cache2"), 48, 64, 8);
        other.write(List.of(new SyntheticSet.Size(5, 4, 2, 3), new SyntheticSet.Size(3, 7, 1, 2)), 2);
        var mixed = new SyntheticSet(folder.resolve("data2"), folder.resolve("cache"), 48, 64, 8);
        assertTrue(isMadeAnew(() -> assertNotEquals(
                before,
                mixed.videos(TrackOverlap.Size.NATIVE).load(0).expressions().toString())));
        for (var name : List.of("video00000.masks.json", "video00000.json", "video00000.tokens.safetensors")) {
            Files.copy(
                    folder.resolve("cache2").resolve(name),
                    folder.resolve("cache").resolve(name),
                    java.nio.file.StandardCopyOption.REPLACE_EXISTING);
        }
        assertTrue(isMadeAnew(() -> mixed.videos(TrackOverlap.Size.NATIVE).load(0)));
        assertTrue(!isMadeAnew(() -> mixed.videos(TrackOverlap.Size.NATIVE).load(0)));
    }

    @Test
    void tracksOfSomeSourcesKeepTheirOwnTokensAndLabels() throws IOException {
        var dataset = set.dataset();
        var cache = TokenCache.open(folder.resolve("cache"));
        var all = set.videos(TrackOverlap.Size.NATIVE).load(0);
        var some = CachedTrainingVideos.of(
                        dataset,
                        cache,
                        dataset.videos(),
                        TrackOverlap.Size.NATIVE,
                        source -> !source.equals(Track.TRUTH))
                .load(0);
        assertEquals(5, all.tracks());
        assertEquals(4, some.tracks());
        int length = 4 * 8;
        float[] whole = all.tokens();
        float[] kept = some.tokens();
        assertArrayEquals(java.util.Arrays.copyOf(whole, length), java.util.Arrays.copyOf(kept, length));
        assertArrayEquals(
                java.util.Arrays.copyOfRange(whole, 2 * length, 5 * length),
                java.util.Arrays.copyOfRange(kept, length, 4 * length));
        assertArrayEquals(
                java.util.Arrays.copyOfRange(kept, 2 * length + 8, 2 * length + 24),
                some.tokens(new int[] {2}, 1, 2),
                "a run of frames of one track");
        // the second expression means the second object, which is the truth's own track
        assertEquals("object 1 for the 1th time", some.expressions().get(1).text());
        assertTrue(all.expressions().get(1).hasPositive(0.9));
        assertArrayEquals(
                cache.read("video00000")
                        .only(t -> !t.source().equals(Track.TRUTH))
                        .tokens(),
                kept);
    }
}
