package org.sola.mask;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.SplittableRandom;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;
import net.jqwik.api.Tuple.Tuple3;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.StringLength;

/** What must hold for every mask, checked on random ones from empty to full. */
class MaskPropertiesTest {
    private static Mask random(int height, int width, long seed, int density) {
        var random = new SplittableRandom(seed);
        return Mask.of(height, width, (y, x) -> random.nextInt(10) < density);
    }

    @Provide
    Arbitrary<Mask> masks() {
        var side = Arbitraries.integers().between(1, 70);
        return Combinators.combine(
                        side,
                        side,
                        Arbitraries.longs().withoutEdgeCases(),
                        Arbitraries.integers().between(0, 10))
                .as(MaskPropertiesTest::random);
    }

    /** Three masks of one size. */
    @Provide
    Arbitrary<Tuple3<Mask, Mask, Mask>> triples() {
        var side = Arbitraries.integers().between(1, 40);
        var density = Arbitraries.integers().between(0, 10);
        return Combinators.combine(side, side, Arbitraries.longs().withoutEdgeCases(), density, density, density)
                .as((h, w, seed, a, b, c) ->
                        Tuple.of(random(h, w, seed, a), random(h, w, seed + 1, b), random(h, w, seed + 2, c)));
    }

    @Property
    void aMaskSurvivesRunsAndText(@ForAll("masks") Mask mask) {
        var rle = Rle.encode(mask);
        assertEquals(mask, rle.decode());
        assertEquals(rle, Rle.ofCounts(mask.height(), mask.width(), rle.counts()));
        assertEquals(rle, Rle.ofCompressed(mask.height(), mask.width(), rle.compressed()));
        assertEquals(mask.areaPixels(), rle.areaPixels());
        assertEquals(mask.isEmpty(), rle.isEmpty());
    }

    @Property
    void runsAndPixelsAgreeOnEveryOperation(@ForAll("triples") Tuple3<Mask, Mask, Mask> masks) {
        var x = masks.get1();
        var y = masks.get2();
        var a = Rle.encode(x);
        var b = Rle.encode(y);
        assertEquals(Rle.encode(x.or(y)), a.or(b));
        assertEquals(Rle.encode(x.and(y)), a.and(b));
        assertEquals(Rle.encode(x.minus(y)), a.minus(b));
        assertEquals(x.intersectionPixels(y), a.intersectionPixels(b));
        assertEquals(x.boundingBox(), a.boundingBox());
    }

    @Property
    void iouIsSymmetricAndWithinZeroAndOne(@ForAll("triples") Tuple3<Mask, Mask, Mask> masks) {
        var x = masks.get1();
        var y = masks.get2();
        double iou = x.iou(y);
        assertTrue(iou >= 0 && iou <= 1, () -> "iou " + iou);
        assertEquals(iou, y.iou(x));
        assertEquals(iou, Rle.encode(x).iou(Rle.encode(y)));
        assertEquals(1.0, x.iou(x));
    }

    @Property
    void mergingIsFreeOfOrder(@ForAll("triples") Tuple3<Mask, Mask, Mask> masks) {
        var a = Rle.encode(masks.get1());
        var b = Rle.encode(masks.get2());
        var c = Rle.encode(masks.get3());
        assertEquals(a.or(b).or(c), c.or(a.or(b)));
        assertEquals(a.or(b).or(c), b.or(c).or(a));
        assertEquals(a.and(b), b.and(a));
        assertEquals(a, a.or(a));
    }

    @Property
    void notIsItsOwnInverse(@ForAll("masks") Mask mask) {
        assertEquals(mask, mask.not().not());
        assertEquals(
                (long) mask.height() * mask.width(),
                mask.areaPixels() + mask.not().areaPixels());
    }

    @Property
    void resizingTwiceToOneSizeIsResizingOnce(
            @ForAll("masks") Mask mask,
            @ForAll @IntRange(min = 1, max = 90) int height,
            @ForAll @IntRange(min = 1, max = 90) int width) {
        var once = mask.resizeNearest(height, width);
        assertEquals(once, once.resizeNearest(height, width));
        assertEquals(
                mask,
                mask.resizeNearest(2 * mask.height(), 2 * mask.width()).resizeNearest(mask.height(), mask.width()));
    }

    @Property
    void theBoxIsTheSmallestAroundThePixels(@ForAll("masks") Mask mask) {
        int x0 = mask.width();
        int y0 = mask.height();
        int x1 = 0;
        int y1 = 0;
        for (int y = 0; y < mask.height(); y++) {
            for (int x = 0; x < mask.width(); x++) {
                if (mask.get(y, x)) {
                    x0 = Math.min(x0, x);
                    y0 = Math.min(y0, y);
                    x1 = Math.max(x1, x + 1);
                    y1 = Math.max(y1, y + 1);
                }
            }
        }
        assertEquals(
                x1 == 0 ? java.util.Optional.empty() : java.util.Optional.of(new Box(x0, y0, x1, y1)),
                mask.boundingBox());
    }

    @Property
    void theComponentsAreThoseOfAFloodFill(@ForAll("masks") Mask mask) {
        var found = ConnectedComponents.of(mask);
        var labels = flood(mask);
        int count = Arrays.stream(labels).max().orElse(-1) + 1;
        assertEquals(count, found.count());
        for (int part = 0; part < count; part++) {
            int wanted = part;
            var expected = Mask.of(mask.height(), mask.width(), (y, x) -> labels[y * mask.width() + x] == wanted);
            assertEquals(expected, found.mask(p -> p == wanted));
            assertEquals(expected.areaPixels(), found.areaPixels(part));
        }
    }

    /** The slow and plain way: parts numbered by their first pixel, -1 where the mask is unset. */
    private static int[] flood(Mask mask) {
        int h = mask.height();
        int w = mask.width();
        var labels = new int[h * w];
        Arrays.fill(labels, -1);
        int count = 0;
        for (int start = 0; start < h * w; start++) {
            if (!mask.get(start / w, start % w) || labels[start] >= 0) {
                continue;
            }
            var open = new ArrayDeque<Integer>();
            labels[start] = count;
            open.add(start);
            while (!open.isEmpty()) {
                int at = open.remove();
                for (int y = Math.max(0, at / w - 1); y <= Math.min(h - 1, at / w + 1); y++) {
                    for (int x = Math.max(0, at % w - 1); x <= Math.min(w - 1, at % w + 1); x++) {
                        if (mask.get(y, x) && labels[y * w + x] < 0) {
                            labels[y * w + x] = count;
                            open.add(y * w + x);
                        }
                    }
                }
            }
            count++;
        }
        return labels;
    }

    @Property
    void anyTextIsAMaskOrARefusalThatNamesTheField(
            @ForAll @StringLength(max = 30) String text,
            @ForAll @IntRange(min = 1, max = 40) int height,
            @ForAll @IntRange(min = 1, max = 40) int width) {
        try {
            var rle = Rle.ofCompressed(height, width, text);
            assertEquals(rle, Rle.encode(rle.decode()));
        } catch (RleException e) {
            assertTrue(e.getMessage().startsWith("counts: "), e.getMessage());
        }
    }

    @Property
    void aDamagedTextIsAMaskOrARefusal(
            @ForAll("masks") Mask mask, @ForAll @IntRange(min = 0, max = 1000) int at, @ForAll char damage) {
        var text = new StringBuilder(Rle.encode(mask).compressed());
        text.setCharAt(at % text.length(), damage);
        try {
            var rle = Rle.ofCompressed(mask.height(), mask.width(), text.toString());
            assertEquals(rle, Rle.encode(rle.decode()));
        } catch (RleException e) {
            assertTrue(e.getMessage().startsWith("counts: "), e.getMessage());
        }
    }
}
