package org.sola.demo;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;

/** Draws surfaces and backgrounds. */
final class SurfaceSampler {
    private SurfaceSampler() {}

    /** Any surface, photos in nearly half of the cases. */
    static Surface surface(DemoRandom random, List<Photo> photos) {
        if (random.chance(0.45)) {
            double tint = random.chance(0.6) ? 0.12 : 0.4;
            double light = random.between(0.7, 1.25);
            return new Surface.Photographic(
                    random.pick(photos).name(),
                    light * random.between(1 - tint, 1 + tint),
                    light * random.between(1 - tint, 1 + tint),
                    light * random.between(1 - tint, 1 + tint),
                    random.between(0.7, 1.2));
        }
        return new Surface.Procedural(
                random.pick(Grain.values()).name(), random.below(Grain.VARIANTS), palette(random, 0.75));
    }

    /** A background on which named colours stand out: muted, or a photo. */
    static Background background(DemoRandom random, List<Photo> photos) {
        Surface surface;
        if (random.chance(0.35)) {
            surface = new Surface.Photographic(
                    random.pick(photos).name(),
                    random.between(0.75, 1.15),
                    random.between(0.75, 1.15),
                    random.between(0.75, 1.15),
                    random.between(0.6, 1.05));
        } else {
            surface = new Surface.Procedural(
                    random.pick(Grain.values()).name(), random.below(Grain.VARIANTS), palette(random, 0.4));
        }
        double angle = random.chance(0.6) ? 0 : random.between(0, 2 * StrictMath.PI);
        return new Background(
                surface, random.between(0.45, 1.1), random.between(0, 256), random.between(0, 256), angle);
    }

    static List<Photo> allPhotos() {
        return Arrays.asList(Photo.values());
    }

    private static List<Integer> palette(DemoRandom random, double strongest) {
        int count = random.whole(2, 4);
        double hue = random.between(0, 360);
        double spread = random.chance(0.7) ? 35 : 120;
        var values = new ArrayList<Double>();
        double low = random.between(0.08, 0.55);
        double high = low + random.between(0.12, 0.42);
        for (int i = 0; i < count; i++) {
            values.add(Math.min(1, low + (high - low) * i / (count - 1)));
        }
        if (random.chance(0.4)) {
            Collections.reverse(values);
        }
        var palette = new ArrayList<Integer>();
        for (double value : values) {
            palette.add(NamedColour.rgb(hue + random.between(-spread, spread), random.between(0.02, strongest), value));
        }
        return palette;
    }
}
