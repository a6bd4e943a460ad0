package org.sola.image;

/** The mean and standard deviation a channel, of values in 0..1, that a network's input is brought to. */
public final class Normalisation {
    /** ImageNet's statistics: SAM 2, Grounding DINO, Cutie. */
    public static final Normalisation IMAGENET =
            new Normalisation(new float[] {0.485f, 0.456f, 0.406f}, new float[] {0.229f, 0.224f, 0.225f});

    private final float[] mean;
    private final float[] deviation;

    private Normalisation(float[] mean, float[] deviation) {
        this.mean = mean.clone();
        this.deviation = deviation.clone();
    }

    /** Statistics of other networks; three values each, red, green, blue. */
    public static Normalisation of(float[] mean, float[] standardDeviation) {
        if (mean.length != 3 || standardDeviation.length != 3) {
            throw new IllegalArgumentException("three means and three standard deviations are expected, not "
                    + mean.length + " and " + standardDeviation.length);
        }
        return new Normalisation(mean, standardDeviation);
    }

    /** {@code (value / 255 - mean) / deviation} as planes (3, height, width), red, green, blue. */
    public float[] apply(RgbImage image) {
        return interleavedToPlanes(image, mean, deviation);
    }

    /** {@code (value - mean) / deviation} in place, over planes (3, height, width) of values in 0..1. */
    public float[] applyInPlace(float[] planes) {
        if (planes.length % 3 != 0) {
            throw new IllegalArgumentException(planes.length + " values are not three planes");
        }
        int pixels = planes.length / 3;
        for (int i = 0; i < planes.length; i++) {
            int channel = i / pixels;
            planes[i] = (planes[i] - mean[channel]) / deviation[channel];
        }
        return planes;
    }

    /** {@code value / 255} as planes (3, height, width), red, green, blue. */
    public static float[] unitPlanes(RgbImage image) {
        return interleavedToPlanes(image, new float[3], new float[] {1, 1, 1});
    }

    /** An 8-bit channel has 256 values, so the arithmetic is done once for each. */
    private static float[] interleavedToPlanes(RgbImage image, float[] mean, float[] deviation) {
        int pixels = image.height() * image.width();
        byte[] rgb = image.rgb();
        var planes = new float[rgb.length];
        var table = new float[256];
        for (int channel = 0; channel < 3; channel++) {
            for (int value = 0; value < 256; value++) {
                table[value] = (value / 255f - mean[channel]) / deviation[channel];
            }
            int to = channel * pixels;
            for (int i = 0, from = channel; i < pixels; i++, from += 3) {
                planes[to + i] = table[rgb[from] & 0xFF];
            }
        }
        return planes;
    }
}
