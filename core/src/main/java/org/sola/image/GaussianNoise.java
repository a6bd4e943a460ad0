package org.sola.image;

import java.util.random.RandomGenerator;

/**
 * The Gaussian noise of ImageNet-C: independent for every pixel and channel, in double, clipped and truncated to 8 bits.
 *
 * @param deviation its standard deviation, where white is 1
 */
public record GaussianNoise(double deviation) {
    private static final double[] DEVIATIONS = {0.08, 0.12, 0.18, 0.26, 0.38};

    /** The noise of severity 1 to 5. */
    public static GaussianNoise ofSeverity(int severity) {
        Severities.require(severity);
        return new GaussianNoise(DEVIATIONS[severity - 1]);
    }

    /** A standard normal number for a value of the image, by its place in {@link RgbImage#rgb()}. */
    @FunctionalInterface
    public interface Normal {
        double at(int place);
    }

    /** Adds noise drawn from {@code random}, one number a value in their order. */
    public RgbImage apply(RgbImage image, RandomGenerator random) {
        return apply(image, place -> random.nextGaussian());
    }

    /** Adds the given noise. */
    public RgbImage apply(RgbImage image, Normal normal) {
        var noisy = new byte[image.rgb().length];
        for (int i = 0; i < noisy.length; i++) {
            double value = (image.rgb()[i] & 0xFF) / 255.0 + deviation * normal.at(i);
            noisy[i] = (byte) (int) (Math.max(0, Math.min(1, value)) * 255);
        }
        return new RgbImage(image.height(), image.width(), noisy);
    }
}
