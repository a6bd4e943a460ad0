package org.sola.train.selector;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.sola.mask.Mask;
import org.sola.mask.Rle;

class TrackOverlapTest {
    private static final Rle NONE = Rle.empty(4, 8);
    private static final Rle LEFT = columns(0, 4);
    private static final Rle MIDDLE = columns(2, 6);

    private static Rle columns(int from, int to) {
        return Rle.encode(Mask.of(4, 8, (y, x) -> x >= from && x < to));
    }

    @Test
    void framesAreAveragedAndEmptyOnesAgree() {
        // IoU 1, 1/3, 1 (both empty), 0 (object not seen)
        var overlap = TrackOverlap.of(
                List.of(List.of(LEFT, LEFT, NONE, LEFT)),
                List.of(List.of(LEFT, MIDDLE, NONE, NONE)),
                TrackOverlap.Size.NATIVE);
        assertEquals((1 + 1 / 3.0 + 1 + 0) / 4, overlap.iou()[0][0], 1e-7);
        assertEquals((1 + 0.5 + 1 + 0) / 4, overlap.precision()[0][0], 1e-7);
        assertEquals((1 + 0.5 + 1 + 1) / 4, overlap.recall()[0][0], 1e-7);
        assertEquals(0, overlap.frameIou()[0][0][3]);
        assertEquals(16, overlap.trackPixels()[0][0]);
        assertEquals(0, overlap.objectPixels()[0][3]);
    }

    @Test
    void theOfficialSizeGivesTheSameOnMasksOfStraightEdges() {
        var overlap = TrackOverlap.of(List.of(List.of(LEFT)), List.of(List.of(MIDDLE)), TrackOverlap.Size.RESIZED);
        assertEquals(1 / 3.0, overlap.iou()[0][0], 1e-7);
        assertEquals(540 * 480, overlap.trackPixels()[0][0]);
    }

    @Test
    void anExpressionOverlapsByItsBestObject() {
        var objects = List.of(List.of(LEFT, LEFT), List.of(MIDDLE, MIDDLE));
        var overlap =
                TrackOverlap.of(List.of(List.of(LEFT, LEFT), List.of(MIDDLE, NONE)), objects, TrackOverlap.Size.NATIVE);
        assertEquals(new PseudoLabels.Match(1, 0), overlap.best(0, 1)[0]);
        assertEquals(new PseudoLabels.Match(0.5f, 1), overlap.best(0, 1)[1]);
        assertEquals(new PseudoLabels.Match(0, -1), overlap.best()[0]);
        assertEquals(
                0, TrackOverlap.of(List.of(), objects, TrackOverlap.Size.NATIVE).iou().length);
    }

    @Test
    void tracksOfAnotherLengthAreRefused() {
        assertThrows(
                IllegalArgumentException.class,
                () -> TrackOverlap.of(List.of(List.of(LEFT)), List.of(List.of(LEFT, LEFT)), TrackOverlap.Size.NATIVE));
    }
}
