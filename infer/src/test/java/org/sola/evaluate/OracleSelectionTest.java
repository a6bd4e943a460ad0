package org.sola.evaluate;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.sola.mask.Mask;
import org.sola.mask.Rle;

class OracleSelectionTest {
    private static final int FRAMES = 3;
    private static final int HEIGHT = 7;
    private static final int WIDTH = 9;

    private static List<Rle> clip(Random random) {
        return IntStream.range(0, FRAMES)
                .mapToObj(t -> {
                    int y0 = random.nextInt(HEIGHT);
                    int x0 = random.nextInt(WIDTH);
                    int h = random.nextInt(5);
                    int w = random.nextInt(5);
                    return Rle.encode(Mask.of(HEIGHT, WIDTH, (y, x) -> y >= y0 && y < y0 + h && x >= x0 && x < x0 + w));
                })
                .toList();
    }

    private static double region(List<List<Rle>> tracks, List<Rle> truth) {
        var nothing = Collections.nCopies(FRAMES, Rle.empty(HEIGHT, WIDTH));
        return Quality.of(TrackUnion.of(tracks, nothing), truth).regionSimilarity();
    }

    @Property(tries = 100)
    void noSubsetIsBetterThanTheOracle(@ForAll long seed, @ForAll @IntRange(max = 7) int n) {
        var random = new Random(seed);
        var tracks = IntStream.range(0, n).mapToObj(i -> clip(random)).toList();
        var truth = clip(random);
        double best = region(
                OracleSelection.best(tracks, truth).stream().map(tracks::get).toList(), truth);
        for (int subset = 0; subset < 1 << n; subset++) {
            int chosen = subset;
            var selected = IntStream.range(0, n)
                    .filter(i -> (chosen >> i & 1) != 0)
                    .mapToObj(tracks::get)
                    .toList();
            assertTrue(region(selected, truth) <= best + 1e-12, "subset " + Integer.toBinaryString(subset));
        }
    }

    @Property(tries = 50)
    void cellsGiveTheSameIouAsPixels(@ForAll long seed, @ForAll @IntRange(min = 1, max = 60) int n) {
        var random = new Random(seed);
        var masks = IntStream.range(0, n).mapToObj(i -> clip(random).get(0)).toList();
        var truth = clip(random).get(0);
        long selection = random.nextLong() & ((1L << n) - 1);
        var union = new ArrayList<>(List.of(Mask.empty(HEIGHT, WIDTH)));
        for (int i = 0; i < n; i++) {
            if ((selection >>> i & 1) != 0) {
                union.set(0, union.get(0).or(masks.get(i).decode()));
            }
        }
        assertEquals(
                union.get(0).iou(truth.decode()), TrackCells.of(masks, truth).iou(selection), 1e-12);
    }

    @Test
    void manyTracksAreClimbedWithoutLosingToTheObviousChoice() {
        var random = new Random(7);
        var tracks = new ArrayList<List<Rle>>();
        for (int i = 0; i < 40; i++) {
            tracks.add(clip(random));
        }
        var truth = clip(random);
        tracks.add(truth);
        double best = region(
                OracleSelection.best(tracks, truth).stream().map(tracks::get).toList(), truth);
        assertEquals(1.0, best, 1e-12);
    }

    @Test
    void noTracksOrNoTargetSelectNothing() {
        var truth = clip(new Random(1));
        assertEquals(List.of(), OracleSelection.best(List.of(), truth));
        var nothing = Collections.nCopies(FRAMES, Rle.empty(HEIGHT, WIDTH));
        assertEquals(List.of(), OracleSelection.best(List.of(clip(new Random(2))), nothing));
    }
}
