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
    private EpochOrder() {}

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
