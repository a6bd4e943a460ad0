package org.sola.train.selector;

import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.LongStream;

/**
 * The order of an epoch's steps, fixed by a seed. Where data sets have weights, an epoch has as many steps as all of them
 * together, and each set has its weight's share: steps of a set with a large share come again, with other augmentation,
 * and those of one with a small share take turns from epoch to epoch by chance.
 */
final class EpochOrder {
    private static final int WINDOW = 16;

    private EpochOrder() {}

    /**
     * Steps put together into batches of at most {@code count}, of like size so that little is padded: each run of {@code
     * WINDOW} batches' steps is ordered by size before it is cut. The batches come in an order of their own.
     *
     * @param order as {@link #of} gives it
     * @param size of a step
     */
    static List<List<Long>> together(List<Long> order, int count, Comparator<Long> size, long seed) {
        var batches = new ArrayList<List<Long>>();
        if (count == 1) {
            order.forEach(step -> batches.add(List.of(step)));
            return batches;
        }
        int window = WINDOW * count;
        for (int from = 0; from < order.size(); from += window) {
            var run = new ArrayList<>(order.subList(from, Math.min(order.size(), from + window)));
            run.sort(size); // stable, so that equal ones stay in the order of the seed
            for (int at = 0; at < run.size(); at += count) {
                batches.add(List.copyOf(run.subList(at, Math.min(run.size(), at + count))));
            }
        }
        Collections.shuffle(batches, new Random(seed));
        return batches;
    }

    /**
     * Numbers of steps; the k-th return of step i is i + k * steps.
     *
     * @param setOfStep the data set of each step
     * @param weights of the sets; none to take every step once
     */
    static List<Long> of(int[] setOfStep, List<Double> weights, long seed) {
        int steps = setOfStep.length;
        var order = new ArrayList<Long>(steps);
        if (weights.isEmpty()) {
            LongStream.range(0, steps).forEach(order::add);
        } else {
            int[] shares = shares(steps, weights);
            for (int set = 0; set < shares.length; set++) {
                addShare(setOfStep, set, shares[set], seed, order);
            }
        }
        Collections.shuffle(order, new Random(seed));
        return order;
    }

    private static void addShare(int[] setOfStep, int set, int share, long seed, List<Long> order) {
        var own = new ArrayList<Integer>();
        IntStream.range(0, setOfStep.length).filter(i -> setOfStep[i] == set).forEach(own::add);
        Collections.shuffle(own, new Random(seed * 31 + set));
        for (int n = 0; n < share; n++) {
            order.add(own.get(n % own.size()) + (long) (n / own.size()) * setOfStep.length);
        }
    }

    /** Whole numbers of the given sum in proportion to the weights: what is left goes to the largest remainders. */
    static int[] shares(int steps, List<Double> weights) {
        double sum = weights.stream().mapToDouble(Double::doubleValue).sum();
        var exact = weights.stream().mapToDouble(weight -> steps * weight / sum).toArray();
        var shares = new int[exact.length];
        int left = steps;
        for (int i = 0; i < exact.length; i++) {
            shares[i] = (int) exact[i];
            left -= shares[i];
        }
        var byRemainder = IntStream.range(0, exact.length)
                .boxed()
                .sorted(Comparator.comparingDouble((Integer i) -> shares[i] - exact[i]))
                .toList();
        for (int n = 0; n < left; n++) {
            shares[byRemainder.get(n)]++;
        }
        return shares;
    }
}
