package org.sola.metric;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.SplittableRandom;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.sola.mask.Mask;

/** The fast measure against the plain one. */
class BoundaryAccuracyTest {
    private static final double TOLERANCE = 1e-12;

    /** The distance transform against the reference's way: dilate both boundaries by the disk, pixel by pixel. */
    @Property(tries = 300)
    void theDistanceTransformEqualsDilationByADisk(
            @ForAll @IntRange(min = 1, max = 40) int height,
            @ForAll @IntRange(min = 1, max = 300) int width,
            @ForAll long seed,
            @ForAll @IntRange(min = 0, max = 100) int density) {
        var random = new SplittableRandom(seed);
        var a = Mask.of(height, width, (y, x) -> random.nextInt(100) < density);
        var b = Mask.of(height, width, (y, x) -> random.nextInt(200) < density);
        assertEquals(slow(a, b), BoundaryAccuracy.of(a, b), TOLERANCE);
        assertEquals(BoundaryAccuracy.of(b, a), BoundaryAccuracy.of(a, b), TOLERANCE);
    }

    private static double slow(Mask prediction, Mask truth) {
        var p = boundary(prediction);
        var g = boundary(truth);
        int radius = BoundaryAccuracy.radius(truth.height(), truth.width());
        if (p.isEmpty() || g.isEmpty()) {
            return p.isEmpty() && g.isEmpty() ? 1 : 0;
        }
        double precision = (double) p.intersectionPixels(dilated(g, radius)) / p.areaPixels();
        double recall = (double) g.intersectionPixels(dilated(p, radius)) / g.areaPixels();
        return precision + recall == 0 ? 0 : 2 * precision * recall / (precision + recall);
    }

    private static Mask boundary(Mask m) {
        int h = m.height();
        int w = m.width();
        return Mask.of(
                h,
                w,
                (y, x) -> m.get(y, x) != m.get(y, Math.min(w - 1, x + 1))
                        || m.get(y, x) != m.get(Math.min(h - 1, y + 1), x)
                        || m.get(y, x) != m.get(Math.min(h - 1, y + 1), Math.min(w - 1, x + 1)));
    }

    private static Mask dilated(Mask mask, int radius) {
        return Mask.of(mask.height(), mask.width(), (y, x) -> {
            for (int dy = -radius; dy <= radius; dy++) {
                for (int dx = -radius; dx <= radius; dx++) {
                    boolean inside = y + dy >= 0 && y + dy < mask.height() && x + dx >= 0 && x + dx < mask.width();
                    if (inside && dy * dy + dx * dx <= radius * radius && mask.get(y + dy, x + dx)) {
                        return true;
                    }
                }
            }
            return false;
        });
    }
}
