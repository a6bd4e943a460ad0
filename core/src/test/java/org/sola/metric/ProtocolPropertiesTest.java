package org.sola.metric;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.sola.mask.LabelMap;
import org.sola.mask.Mask;
import org.sola.mask.Rle;

/** What must hold of the protocols whatever the masks are. */
class ProtocolPropertiesTest {
    private static final int SIDE = 12;

    @Property(tries = 200)
    void theAssignmentIsTheBestOfAll(
            @ForAll long seed, @ForAll @IntRange(min = 1, max = 5) int rows, @ForAll @IntRange(max = 2) int more) {
        var random = new Random(seed);
        var gain = new double[rows][rows + more];
        for (var row : gain) {
            for (int j = 0; j < row.length; j++) {
                row[j] = random.nextInt(4) / 4.0; // with many ties
            }
        }
        double sum = 0;
        var taken = new ArrayList<Integer>();
        int[] columnOf = Assignment.ofGreatestSum(gain);
        for (int i = 0; i < rows; i++) {
            sum += gain[i][columnOf[i]];
            assertTrue(!taken.contains(columnOf[i]), "a column was given twice");
            taken.add(columnOf[i]);
        }
        assertEquals(best(gain, 0, new boolean[rows + more]), sum, 1e-12);
    }

    private static double best(double[][] gain, int row, boolean[] taken) {
        double best = row == gain.length ? 0 : Double.NEGATIVE_INFINITY;
        for (int j = 0; row < gain.length && j < taken.length; j++) {
            if (!taken[j]) {
                taken[j] = true;
                best = Math.max(best, gain[row][j] + best(gain, row + 1, taken));
                taken[j] = false;
            }
        }
        return best;
    }

    private static List<LabelMap> sequence(Random random, int frames, int objects) {
        var maps = new ArrayList<LabelMap>();
        for (int t = 0; t < frames; t++) {
            var labels = new byte[SIDE * SIDE];
            for (int i = 0; i < labels.length; i++) {
                labels[i] = (byte) (i / SIDE * (objects + 1) / SIDE);
                labels[i] = random.nextInt(10) == 0 ? (byte) LabelMap.VOID : labels[i];
            }
            maps.add(LabelMap.of(SIDE, SIDE, labels));
        }
        return maps;
    }

    @Property(tries = 30)
    void matchingUndoesAnyExchangeOfIdentities(@ForAll long seed, @ForAll @IntRange(min = 2, max = 4) int objects) {
        var random = new Random(seed);
        var truth = sequence(random, 4, objects);
        var exchanged = truth.stream()
                .map(map -> {
                    var labels = map.toBytes();
                    for (int i = 0; i < labels.length; i++) {
                        int label = labels[i] & 0xFF;
                        labels[i] = (byte) (label == LabelMap.VOID || label == 0 ? 0 : label % objects + 1);
                    }
                    return LabelMap.of(SIDE, SIDE, labels);
                })
                .toList();
        var sequences = List.of(new DavisProtocol.Sequence("s", truth, exchanged));
        assertEquals(1, DavisProtocol.UNSUPERVISED.score(sequences).combined(), 1e-12);
        assertTrue(DavisProtocol.DIRECT.score(sequences).region().mean() < 0.5);
    }

    @Test
    void moreThanTwentyProposalsAreRefused() {
        var truth = List.of(LabelMap.of(1, 2, new byte[] {1, 0}));
        var predicted = List.of(LabelMap.of(1, 2, new byte[] {21, 0}));
        var sequences = List.of(new DavisProtocol.Sequence("s", truth, predicted));
        var refusal = assertThrows(IllegalArgumentException.class, () -> DavisProtocol.UNSUPERVISED.score(sequences));
        assertTrue(refusal.getMessage().contains("sequence s")
                && refusal.getMessage().contains("20"));
    }

    @Property(tries = 50)
    void thePerfectAnswerHasFullMarksAndNothingHasNone(
            @ForAll long seed, @ForAll @IntRange(min = 1, max = 9) int samples) {
        var random = new Random(seed);
        var perfect = new ArrayList<ScoredSample>();
        var none = new ArrayList<ScoredSample>();
        for (int i = 0; i < samples; i++) {
            int edge = 1 + random.nextInt(SIDE - 1);
            var truth = Rle.encode(Mask.of(SIDE, SIDE, (y, x) -> y < edge));
            perfect.add(
                    new ScoredSample("s" + i, truth, List.of(new ScoredSample.ScoredMask(random.nextDouble(), truth))));
            none.add(new ScoredSample("s" + i, truth, List.of()));
        }
        var best = SentenceMetrics.of(perfect);
        assertEquals(1, best.overallIou(), 0);
        assertEquals(1, best.averagePrecision().mean(), 1e-9);
        assertEquals(-1, best.averagePrecision().large(), 0);
        assertEquals(1, best.precisionAt().get(0.9), 0);
        var worst = SentenceMetrics.of(none);
        assertEquals(0, worst.overallIou(), 0);
        assertEquals(0, worst.averagePrecision().mean(), 0);
    }

    @Test
    void holmsCorrectionKeepsTheOrderAndNeverLowers() {
        assertEquals(List.of(0.04, 0.03, 0.04), PairedComparison.holm(List.of(0.02, 0.01, 0.04)));
    }
}
