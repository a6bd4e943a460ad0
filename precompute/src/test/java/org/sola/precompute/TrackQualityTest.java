package org.sola.precompute;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.sola.mask.Mask;
import org.sola.mask.Rle;

class TrackQualityTest {
    private static final Rle NONE = Rle.empty(4, 8);
    private static final Rle LEFT = columns(0, 4);
    private static final Rle MIDDLE = columns(2, 6);

    private static Rle columns(int from, int to) {
        return Rle.encode(Mask.of(4, 8, (y, x) -> x >= from && x < to));
    }

    private static Track track(int id, Rle... masks) {
        return new Track(id, Track.GRID, 0, 1, 1, List.of(masks), new float[masks.length]);
    }

    @Test
    void framesAreAveragedAndEmptyOnesAgree() {
        // IoU 1, 1/3, 1 (both empty), 0 (object not seen)
        var quality = TrackQuality.of(
                List.of(LEFT, LEFT, NONE, LEFT), List.of(LEFT, MIDDLE, NONE, NONE), MaskComparison.NATIVE);
        assertEquals((1 + 1 / 3.0 + 1 + 0) / 4, quality.iou(), 1e-12);
        assertEquals((1 + 0.5 + 1 + 0) / 4, quality.precision(), 1e-12);
        assertEquals((1 + 0.5 + 1 + 1) / 4, quality.recall(), 1e-12);
    }

    @Test
    void theOfficialSizeGivesTheSameOnMasksOfStraightEdges() {
        var quality = TrackQuality.of(List.of(LEFT), List.of(MIDDLE), MaskComparison.OFFICIAL);
        assertEquals(1 / 3.0, quality.iou(), 1e-12);
    }

    @Test
    void recallIsTheBestTrackOfEachObject() {
        var tracks = List.of(track(0, LEFT, LEFT), track(1, MIDDLE, NONE));
        var objects = List.of(List.of(LEFT, LEFT), List.of(MIDDLE, MIDDLE));
        assertEquals((1 + 0.5) / 2, TrackQuality.recall(tracks, objects), 1e-12);
        assertEquals(0, TrackQuality.recall(List.of(), objects), 0);
    }

    @Test
    void anAnnotatedObjectIsPromptedWhereItIsLargestFirst() {
        var small = columns(1, 3);
        var prompts = TruthPrompter.prompts(
                new java.util.TreeMap<>(Map.of("a", List.of(small, LEFT, MIDDLE), "b", List.of(NONE, NONE, NONE))));
        assertEquals(1, prompts.size());
        assertEquals(1, prompts.get(0).frame());
        assertEquals(LEFT, prompts.get(0).mask());
    }
}
