package org.sola.train.selector;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.stream.LongStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class EpochOrderTest {
    private static final int[] SETS = {0, 0, 0, 0, 0, 0, 0, 0, 1, 1}; // eight steps of one set, two of another

    private static long of(int set, List<Long> order) {
        return order.stream().filter(i -> SETS[(int) (i % SETS.length)] == set).count();
    }

    @Test
    void withoutWeightsEveryStepComesOnce() {
        var order = EpochOrder.of(SETS, List.of(), 7);
        assertEquals(
                LongStream.range(0, 10).boxed().toList(),
                order.stream().sorted().toList());
    }

    @Test
    void weightsAreSharesOfTheSteps() {
        var order = EpochOrder.of(SETS, List.of(1.0, 1.0), 7);
        assertEquals(10, order.size());
        assertEquals(5, of(0, order));
        assertEquals(5, of(1, order), "the two steps of the small set come again");
        assertEquals(10, new HashSet<>(order).size(), "as returns with numbers, and so draws, of their own");
    }

    @Test
    void theOrderFollowsTheSeed() {
        assertEquals(EpochOrder.of(SETS, List.of(3.0, 1.0), 7), EpochOrder.of(SETS, List.of(3.0, 1.0), 7));
        assertNotEquals(EpochOrder.of(SETS, List.of(3.0, 1.0), 7), EpochOrder.of(SETS, List.of(3.0, 1.0), 8));
        var seen = new HashSet<Long>();
        for (int epoch = 0; epoch < 20; epoch++) {
            seen.addAll(EpochOrder.of(SETS, List.of(1.0, 1.0), epoch).stream()
                    .map(i -> i % 10)
                    .toList());
        }
        assertEquals(10, seen.size(), "over epochs every step has its turn");
    }

    @Test
    void sharesGoToTheLargestRemainders() {
        assertArrayEquals(new int[] {7, 3}, EpochOrder.shares(10, List.of(2.0, 1.0)));
        assertArrayEquals(new int[] {4, 3, 3}, EpochOrder.shares(10, List.of(1.0, 1.0, 1.0)));
    }

    @Property(tries = 50)
    void sharesAddUpAndAreWithinOneOfExact(
            @ForAll @IntRange(max = 1000) int steps,
            @ForAll @DoubleRange(min = 0.01, max = 9) double a,
            @ForAll @DoubleRange(min = 0.01, max = 9) double b) {
        int[] shares = EpochOrder.shares(steps, List.of(a, b));
        assertEquals(steps, shares[0] + shares[1]);
        assertTrue(Math.abs(shares[0] - steps * a / (a + b)) <= 1);
    }

    @Test
    void stepsPutTogetherAreOfLikeSizeAndEachComesOnce() {
        var order = EpochOrder.of(new int[1000], List.of(), 5);
        var size = Comparator.comparingLong((Long step) -> step % 70);
        var batches = EpochOrder.together(order, 4, size, 5);
        assertEquals(250, batches.size());
        var all = new ArrayList<Long>();
        int spread = 0;
        for (var batch : batches) {
            all.addAll(batch);
            var sizes = batch.stream().mapToLong(step -> step % 70).summaryStatistics();
            spread += sizes.getMax() - sizes.getMin();
        }
        assertTrue(spread < 5 * batches.size(), "largest minus smallest, on average " + spread / 250.0);
        assertNotEquals(order, all);
        all.sort(null);
        assertEquals(LongStream.range(0, 1000).boxed().toList(), all);
        assertEquals(batches, EpochOrder.together(order, 4, size, 5), "the order follows from the seed");
        assertEquals(
                order.stream().map(List::of).toList(),
                EpochOrder.together(order, 1, size, 5),
                "one a step is the order itself");
    }
}
