package org.sola.image;

import java.util.stream.IntStream;

/**
 * The motion blur of ImageNet-C (ImageMagick's): a one-sided Gaussian along a direction, pixels outside the image
 * repeating its edge. 8 bits in, 8 bits out, truncated.
 *
 * @param radius reach along the direction in pixels
 * @param sigma standard deviation of the Gaussian in pixels
 */
public record MotionBlur(int radius, double sigma) {
    /** ImageNet-C draws the angle from -45 up to this, in degrees. */
    public static final double MOST_ANGLE_DEGREES = 45;

    private static final int[] RADII = {10, 15, 15, 15, 20};
    private static final double[] SIGMAS = {3, 5, 8, 12, 15};

    /** The blur of severity 1 to 5. */
    public static MotionBlur ofSeverity(int severity) {
        Severities.require(severity);
        return new MotionBlur(RADII[severity - 1], SIGMAS[severity - 1]);
    }

    /** Blurs along the direction {@code angleDegrees}, counted from the x axis downwards. */
    public RgbImage apply(RgbImage image, double angleDegrees) {
        int taps = 2 * radius + 1;
        var weights = new double[taps];
        double sum = 0;
        for (int i = 0; i < taps; i++) {
            weights[i] = Math.exp(-(double) i * i / (2 * sigma * sigma));
            sum += weights[i];
        }
        double angle = Math.toRadians(angleDegrees - 360 * Math.floor(angleDegrees / 360));
        var dx = new int[taps];
        var dy = new int[taps];
        for (int i = 0; i < taps; i++) {
            weights[i] /= sum;
            dx[i] = (int) Math.ceil(i * Math.cos(angle) - 0.5);
            dy[i] = (int) Math.ceil(i * Math.sin(angle) - 0.5);
        }
        int height = image.height();
        int width = image.width();
        var blurred = new byte[image.rgb().length];
        IntStream.range(0, height).parallel().forEach(y -> {
            for (int x = 0; x < width; x++) {
                double red = 0;
                double green = 0;
                double blue = 0;
                for (int i = 0; i < taps; i++) {
                    int fromY = Math.max(0, Math.min(height - 1, y + dy[i]));
                    int fromX = Math.max(0, Math.min(width - 1, x + dx[i]));
                    int from = (fromY * width + fromX) * 3;
                    red += weights[i] * (image.rgb()[from] & 0xFF);
                    green += weights[i] * (image.rgb()[from + 1] & 0xFF);
                    blue += weights[i] * (image.rgb()[from + 2] & 0xFF);
                }
                int to = (y * width + x) * 3;
                blurred[to] = eightBits(red);
                blurred[to + 1] = eightBits(green);
                blurred[to + 2] = eightBits(blue);
            }
        });
        return new RgbImage(height, width, blurred);
    }

    /** ImageMagick rounds to 16 bits, then cuts to 8. */
    private static byte eightBits(double value) {
        return (byte) Math.min(255, (int) Math.floor(Math.floor(257 * value + 0.5) / 257));
    }
}
