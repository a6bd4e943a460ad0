package org.sola.demo;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Draws single images: many objects, large and small, with and without a name, without thought for language. */
final class ImageSampler {
    private static final double FILLED = 0.5; // of an object's square, about

    private ImageSampler() {}

    static DemoScene sample(DemoRandom random, SceneConfig config) {
        int count = random.whole(config.minimumObjects(), config.maximumObjects());
        var layers = new ArrayList<DemoObject>();
        for (int id = 1; id <= count; id++) {
            var look = random.chance(0.2) && id > 1 ? layers.get(id - 2).look() : look(random, config);
            layers.add(new DemoObject(id, look, List.of(place(random, config, layers))));
        }
        random.shuffle(layers);
        if (config.effects() && random.chance(0.15)) {
            layers.add(occluder(random, config));
        }
        return new DemoScene(
                config.height(),
                config.width(),
                SurfaceSampler.background(random, SurfaceSampler.allPhotos()),
                layers,
                List.of(CameraPose.still(config.height(), config.width())),
                config.effects() ? effects(random, 1) : Effects.none(1));
    }

    /** A sprite, painted or not, a shape, or a textured piece. */
    static Look look(DemoRandom random, SceneConfig config) {
        if (random.chance(config.textured())) {
            return textured(random);
        }
        if (random.chance(0.28)) {
            return new ShapeLook(random.pick(Shape.values()), random.pick(NamedColour.values()));
        }
        var sprite = random.pick(SpriteCatalog.shared().sprites());
        boolean painted = sprite.recolourable() && random.chance(0.6);
        return new SpriteLook(sprite, painted ? Optional.of(paint(random, sprite)) : Optional.empty());
    }

    static Look textured(DemoRandom random) {
        return textured(random, SurfaceLook.Cut.ANY);
    }

    static Look textured(DemoRandom random, SurfaceLook.Cut cut) {
        return new SurfaceLook(
                SurfaceSampler.surface(random, SurfaceSampler.allPhotos()),
                cut,
                random.nextLong(),
                random.between(0.15, 0.8),
                random.chance(0.5) ? random.between(0.2, 1) : 0);
    }

    static final List<NamedColour> PAINTS = List.of(
            NamedColour.RED,
            NamedColour.ORANGE,
            NamedColour.YELLOW,
            NamedColour.GREEN,
            NamedColour.BLUE,
            NamedColour.PURPLE,
            NamedColour.PINK);

    /** A colour that the sprite does not have by itself. */
    static NamedColour paint(DemoRandom random, Sprite sprite) {
        NamedColour paint;
        do {
            paint = random.pick(PAINTS);
        } while (sprite.colour().filter(paint::equals).isPresent());
        return paint;
    }

    private static Pose place(DemoRandom random, SceneConfig config, List<DemoObject> placed) {
        double largest = config.largest() * config.height() * config.width();
        double area = config.smallest() * StrictMath.pow(largest / config.smallest(), random.unit());
        double size = StrictMath.sqrt(area / FILLED);
        double angle = random.chance(0.5) ? random.between(-0.25, 0.25) : random.between(0, 2 * StrictMath.PI);
        Pose pose = Pose.at(0, 0, size);
        boolean anywhere = random.chance(config.overlap());
        for (int attempt = 0; attempt < 30; attempt++) {
            double margin = anywhere ? 0.15 * size : 0.45 * size;
            pose = new Pose(
                    random.between(margin, config.width() - margin),
                    random.between(margin, config.height() - margin),
                    size,
                    angle,
                    random.sign());
            if (anywhere || clear(pose, placed)) {
                break;
            }
        }
        return pose;
    }

    private static boolean clear(Pose pose, List<DemoObject> placed) {
        for (var other : placed) {
            var there = other.poses().get(0);
            double apart = StrictMath.hypot(pose.x() - there.x(), pose.y() - there.y());
            if (apart < 0.5 * (pose.size() + there.size())) {
                return false;
            }
        }
        return true;
    }

    private static DemoObject occluder(DemoRandom random, SceneConfig config) {
        double size = random.between(0.2, 0.8) * Math.min(config.height(), config.width());
        var pose = new Pose(
                random.between(0, config.width()),
                random.between(0, config.height()),
                size,
                random.between(0, 2 * StrictMath.PI),
                random.between(0.15, 0.6));
        return new DemoObject(0, textured(random, random.pick(SurfaceLook.Cut.values())), List.of(pose));
    }

    /** Light, blur, grain and shadows for a number of frames. */
    static Effects effects(DemoRandom random, int frames) {
        boolean uneven = random.chance(0.35);
        double slopeX = uneven ? random.between(-0.3, 0.3) : 0;
        double slopeY = uneven ? random.between(-0.3, 0.3) : 0;
        double gain = random.chance(0.3) ? random.between(0.7, 1.15) : 1;
        double change = frames > 1 && random.chance(0.25) ? random.between(-0.3, 0.25) : 0;
        boolean flicker = frames > 1 && random.chance(0.1);
        var gains = new ArrayList<Double>();
        for (int t = 0; t < frames; t++) {
            double now = gain + change * t / frames;
            gains.add(flicker ? now * random.between(0.9, 1.05) : now);
        }
        int blur = random.chance(0.25) ? random.whole(1, 3) : 0;
        int noise = random.chance(0.35) ? random.whole(3, 22) : 0;
        return new Effects(gains, slopeX, slopeY, blur, noise, random.chance(0.3), random.nextLong());
    }
}
