package org.sola.metric;

import java.util.Arrays;
import org.apache.commons.math3.stat.inference.WilcoxonSignedRankTest;

/** Wilcoxon's signed-rank test of paired differences, by Commons Math. */
public final class SignedRank {
    /** Up to this many differences all signs are counted out; beyond it the normal approximation is close. */
    private static final int EXACT = 12;

    private static final double EQUAL = 1e-12;

    private SignedRank() {}

    /**
     * Two-sided p that the differences are symmetric around 0. Differences of 0 are left out, as Wilcoxon does; without
     * any other p is 1. Equal sizes share their ranks.
     */
    public static double p(double... differences) {
        var other = Arrays.stream(differences)
                .filter(difference -> Math.abs(difference) > EQUAL)
                .toArray();
        if (other.length < 2) {
            return 1;
        }
        boolean isExact = other.length <= EXACT
                && Arrays.stream(other).map(Math::abs).distinct().count() == other.length;
        double p = new WilcoxonSignedRankTest().wilcoxonSignedRankTest(new double[other.length], other, isExact);
        return Math.min(1, p);
    }
}
