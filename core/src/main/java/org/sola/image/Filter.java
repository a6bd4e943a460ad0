package org.sola.image;

/** How an output sample is mixed from input samples; all filters use pixel centres. */
public enum Filter {
    /** Two neighbours an axis, none widened: torch {@code bilinear, align_corners=False}. */
    BILINEAR(1, false),
    /** Triangle, widened by the ratio when shrinking: torch {@code bilinear, antialias=True} and Pillow's. */
    BILINEAR_ANTIALIASED(1, true),
    /** Four neighbours an axis, none widened, border pixels repeated: torch {@code bicubic}, a = -0.75. */
    BICUBIC(2, false),
    /** Cubic, widened by the ratio when shrinking: torch {@code bicubic, antialias=True} and Pillow's, a = -0.5. */
    BICUBIC_ANTIALIASED(2, true);

    private final int support;
    private final boolean isAntialiased;

    Filter(int support, boolean isAntialiased) {
        this.support = support;
        this.isAntialiased = isAntialiased;
    }

    /** Reach to either side of the centre, in input samples, before widening. */
    int support() {
        return support;
    }

    boolean isAntialiased() {
        return isAntialiased;
    }

    double weight(double distance) {
        double x = Math.abs(distance);
        if (support == 1) {
            return x < 1 ? 1 - x : 0;
        }
        double a = isAntialiased ? -0.5 : -0.75;
        if (x < 1) {
            return ((a + 2) * x - (a + 3)) * x * x + 1;
        }
        return x < 2 ? ((x - 5) * x + 8) * x * a - 4 * a : 0;
    }
}
