package org.sola.tensor;

import java.util.SplittableRandom;

/** How a parameter starts when a network is trained from nothing. */
@FunctionalInterface
public interface Init {
    /** One value. */
    double next(SplittableRandom random);

    /** The same value everywhere. */
    static Init constant(double value) {
        return random -> value;
    }

    /** Uniform in [-bound, bound). */
    static Init uniform(double bound) {
        return random -> (random.nextDouble() * 2 - 1) * bound;
    }

    /** torch's default for linear and convolution layers, weight and bias: uniform within 1 / sqrt(fan in). */
    static Init fanIn(long fanIn) {
        return uniform(1 / Math.sqrt(fanIn));
    }

    /** Normal with mean 0. */
    static Init normal(double standardDeviation) {
        return random -> { // Box-Muller: reproducible whatever the JDK's nextGaussian does
            double radius = StrictMath.sqrt(-2 * StrictMath.log(1 - random.nextDouble()));
            return standardDeviation * radius * StrictMath.cos(2 * Math.PI * random.nextDouble());
        };
    }
}
