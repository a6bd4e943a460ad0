package org.sola.demo;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.awt.Color;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class SceneRendererTest {
    private static final int SIZE = 128;

    private static DemoScene scene(DemoObject... layers) {
        var black = new Surface.Procedural("SLOPE", 0, List.of(0, 0));
        return new DemoScene(
                SIZE,
                SIZE,
                new Background(black, 1, 0, 0, 0),
                List.of(layers),
                List.of(CameraPose.still(SIZE, SIZE)),
                Effects.none(1));
    }

    private static DemoObject object(int id, Look look, double x, double y, double size) {
        return new DemoObject(id, look, List.of(Pose.at(x, y, size)));
    }

    @Test
    void aSquareFillsItsPixels() {
        var square = new ShapeLook(Shape.SQUARE, NamedColour.WHITE);
        var frame = SceneRenderer.render(scene(object(1, square, 64, 64, 50)), 0);
        var mask = frame.mask(1);
        assertEquals(48 * 48, mask.areaPixels(), 100); // the square leaves 2 % free on every side
        assertTrue(mask.get(64, 64) && mask.get(42, 42) && mask.get(86, 86));
        assertTrue(!mask.get(38, 64) && !mask.get(90, 64) && !mask.get(64, 38) && !mask.get(64, 90));
    }

    @Test
    void aPixelIsMaskedExactlyWhereTheObjectIsSeen() {
        // white on black without effects: half covered means at least half white
        for (var shape : Shape.values()) {
            var look = new ShapeLook(shape, NamedColour.WHITE);
            var frame = SceneRenderer.render(scene(object(1, look, 60.3, 66.7, 77)), 0);
            for (int y = 0; y < SIZE; y++) {
                for (int x = 0; x < SIZE; x++) {
                    int level = frame.image().get(y, x, 0);
                    assertTrue(
                            frame.mask(1).get(y, x) ? level >= 95 : level <= 140,
                            shape + " at " + x + "," + y + ": " + level);
                }
            }
        }
    }

    @Test
    void theFrontObjectTakesThePixelsOfTheOneBehind() {
        var red = object(1, new ShapeLook(Shape.SQUARE, NamedColour.RED), 50, 64, 40);
        var blue = object(2, new ShapeLook(Shape.SQUARE, NamedColour.BLUE), 70, 64, 40);
        var frame = SceneRenderer.render(scene(red, blue), 0);
        assertEquals(0, frame.mask(1).intersectionPixels(frame.mask(2)));
        assertEquals(1.0, frame.visibleShares()[1], 0.05);
        assertEquals(0.5, frame.visibleShares()[0], 0.06);
        assertTrue(frame.image().get(64, 60, 2) > 150);
    }

    @Test
    void sceneryHidesWithoutBeingAnObject() {
        var red = object(1, new ShapeLook(Shape.SQUARE, NamedColour.RED), 64, 64, 40);
        var post = object(0, new ShapeLook(Shape.SQUARE, NamedColour.GREY), 64, 64, 60);
        var frame = SceneRenderer.render(scene(red, post), 0);
        assertEquals(1, frame.objects());
        assertTrue(frame.mask(1).isEmpty());
        assertEquals(0, frame.visibleShares()[0]);
    }

    @Test
    void theSameSeedGivesTheSameImageFromAnyThread() {
        var seeds = IntStream.range(0, 24).boxed().toList();
        var serial = new ArrayList<byte[]>();
        for (int seed : seeds) {
            serial.add(SceneRenderer.render(SceneSampler.image(seed, SceneConfig.image()), 0)
                    .image()
                    .rgb());
        }
        var parallel = seeds.parallelStream()
                .map(seed -> SceneRenderer.render(SceneSampler.image(seed, SceneConfig.image()), 0)
                        .image()
                        .rgb())
                .toList();
        for (int i = 0; i < serial.size(); i++) {
            assertArrayEquals(serial.get(i), parallel.get(i), "seed " + i);
        }
    }

    @Test
    void everySpriteHasAPictureAndCanBePaintedWhereItSaysSo() {
        var sprites = SpriteCatalog.shared().sprites();
        assertTrue(sprites.size() >= 150, sprites.size() + " sprites");
        assertEquals(
                sprites.size(), sprites.stream().map(Sprite::noun).distinct().count());
        for (var sprite : sprites) {
            var area = new SpriteLook(sprite, Optional.empty()).texture().opaqueArea();
            assertTrue(area > 1000, sprite.noun() + " covers " + area + " pixels");
            if (sprite.recolourable()) {
                assertTrue(sprite.colour().isPresent(), sprite.noun());
                assertEquals(
                        area,
                        new SpriteLook(sprite, Optional.of(NamedColour.BLUE))
                                .texture()
                                .opaqueArea());
            }
        }
    }

    @Test
    void aPaintedSpriteHasItsColourOnMuchOfItsSurface() {
        for (var sprite : SpriteCatalog.shared().sprites()) {
            for (var colour : sprite.recolourable() ? ImageSampler.PAINTS : List.<NamedColour>of()) {
                int opaque = 0;
                int painted = 0;
                for (int pixel :
                        new SpriteLook(sprite, Optional.of(colour)).texture().pixels()) {
                    if (pixel >>> 24 == 255) {
                        var hsb = Color.RGBtoHSB(pixel >> 16 & 255, pixel >> 8 & 255, pixel & 255, null);
                        double far = Math.abs(hsb[0] * 360 - colour.hue());
                        opaque++;
                        boolean strong = hsb[1] > 0.55 * colour.saturation() && hsb[2] > 0.35;
                        painted += strong && Math.min(far, 360 - far) < 25 ? 1 : 0;
                    }
                }
                assertTrue(painted > 0.4 * opaque, sprite.noun() + " in " + colour);
            }
        }
    }
}
