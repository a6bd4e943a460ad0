package org.sola.ablate;

import java.util.Locale;
import java.util.OptionalDouble;
import org.apache.commons.math3.distribution.TDistribution;
import org.apache.commons.math3.stat.StatUtils;
import org.apache.commons.math3.stat.inference.TTest;

/**
 * The values of one figure over repeats, and what they say of the next: mean, standard deviation and the 95 % interval
 * of Student's t distribution.
 *
 * @param values one a repeat, at least one
 */
@SuppressWarnings("ArrayRecordComponent")
record Repeats(double... values) {
    private static final double UPPER = 0.975;

    Repeats {
        if (values.length == 0) {
            throw new IllegalArgumentException("no repeat");
        }
    }

    double mean() {
        return StatUtils.mean(values);
    }

    /** Standard deviation over repeats; none of a single one. */
    OptionalDouble deviation() {
        return values.length < 2 ? OptionalDouble.empty() : OptionalDouble.of(Math.sqrt(StatUtils.variance(values)));
    }

    /** Half the width of the 95 % interval of the mean; none of a single repeat. */
    OptionalDouble halfWidth() {
        var deviation = deviation();
        if (deviation.isEmpty()) {
            return deviation;
        }
        double t = new TDistribution(values.length - 1.0).inverseCumulativeProbability(UPPER);
        return OptionalDouble.of(t * deviation.getAsDouble() / Math.sqrt(values.length));
    }

    /** This less {@code other}, seed by seed. */
    Repeats less(Repeats other) {
        if (values.length != other.values.length) {
            throw new IllegalArgumentException(
                    values.length + " repeats against " + other.values.length + "; both need the same seeds");
        }
        var differences = new double[values.length];
        for (int i = 0; i < differences.length; i++) {
            differences[i] = values[i] - other.values[i];
        }
        return new Repeats(differences);
    }

    /** Two-sided p of a paired t test that the mean is 0; none of a single repeat or of values that are all the same. */
    OptionalDouble p() {
        if (values.length < 2 || deviation().getAsDouble() == 0) {
            return OptionalDouble.empty();
        }
        return OptionalDouble.of(new TTest().tTest(0, values));
    }

    /** {@code 48.61 ± 0.42}, or the mean alone. */
    String text() {
        var half = halfWidth();
        return half.isPresent()
                ? String.format(Locale.ROOT, "%.2f ± %.2f", mean(), half.getAsDouble())
                : String.format(Locale.ROOT, "%.2f", mean());
    }
}
