package org.sola.video;

import java.awt.Color;

/** A colour, channels 0..255. */
record Colour(int red, int green, int blue) {
    static final Colour WHITE = new Colour(255, 255, 255);
    static final Colour INK = new Colour(18, 20, 24);

    /** Bright, far apart, the first six also for most colour-blind eyes; further ones walk the hues. */
    private static final Colour[] OBJECTS = {
        new Colour(255, 96, 32), // orange red
        new Colour(40, 160, 255), // blue
        new Colour(255, 214, 20), // yellow
        new Colour(0, 200, 140), // green
        new Colour(236, 84, 206), // pink
        new Colour(122, 226, 255), // ice
        new Colour(158, 96, 255), // violet
        new Colour(170, 230, 50), // lime
        new Colour(196, 30, 58), // crimson
        new Colour(250, 180, 140), // peach
        new Colour(0, 128, 128), // teal
        new Colour(160, 110, 50), // brown
    };

    /** The colour of the object with a number, the same in every picture. */
    static Colour ofObject(int number) {
        int index = Math.floorMod(number, Integer.MAX_VALUE);
        if (index < OBJECTS.length) {
            return OBJECTS[index];
        }
        // the golden section never comes back near a hue soon
        float hue = (float) (index * 0.618033988749895 % 1);
        int rgb = Color.HSBtoRGB(hue, index % 2 == 0 ? 0.9f : 0.6f, index % 3 == 0 ? 0.75f : 1f);
        return new Colour(rgb >> 16 & 0xFF, rgb >> 8 & 0xFF, rgb & 0xFF);
    }

    /** Ink on light colours, white on dark ones. */
    Colour readable() {
        return 0.299 * red + 0.587 * green + 0.114 * blue > 140 ? INK : WHITE;
    }
}
