package org.sola.demo;

import java.util.Locale;

/**
 * A colour that has a plain English name, with the look that anyone calls by that name.
 *
 * <p>Colours that a viewer could take for each other are never told apart by an expression (red and orange).
 */
public enum NamedColour {
    RED(0.0, 0.86, 0.86),
    ORANGE(29.0, 0.95, 0.98),
    YELLOW(52.0, 0.88, 0.98),
    GREEN(125.0, 0.75, 0.66),
    BLUE(215.0, 0.85, 0.88),
    PURPLE(275.0, 0.68, 0.70),
    PINK(325.0, 0.48, 1.0),
    BROWN(24.0, 0.62, 0.48),
    BLACK(0.0, 0.0, 0.10),
    WHITE(0.0, 0.0, 0.97),
    GREY(0.0, 0.0, 0.52);

    private final double hue;
    private final double saturation;
    private final double value;

    NamedColour(double hue, double saturation, double value) {
        this.hue = hue;
        this.saturation = saturation;
        this.value = value;
    }

    /** Hue in degrees, 0..360. */
    double hue() {
        return hue;
    }

    double saturation() {
        return saturation;
    }

    double value() {
        return value;
    }

    /** The word, in lower case. */
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** Whether a viewer could call one the other. */
    boolean confusedWith(NamedColour other) {
        return this == other
                || pair(other, RED, ORANGE)
                || pair(other, RED, PINK)
                || pair(other, ORANGE, YELLOW)
                || pair(other, ORANGE, BROWN)
                || pair(other, RED, BROWN)
                || pair(other, PURPLE, PINK)
                || pair(other, PURPLE, BLUE)
                || pair(other, WHITE, GREY)
                || pair(other, BLACK, GREY)
                || pair(other, BROWN, BLACK);
    }

    private boolean pair(NamedColour other, NamedColour one, NamedColour two) {
        return this == one && other == two || this == two && other == one;
    }

    /** Packed 0xRRGGBB of hue in degrees, saturation and value in 0..1. */
    static int rgb(double hue, double saturation, double value) {
        double h = hue / 60.0;
        h -= 6.0 * StrictMath.floor(h / 6.0);
        double chroma = value * saturation;
        double ramp = h - 2.0 * StrictMath.floor(h / 2.0);
        double second = chroma * (1.0 - StrictMath.abs(ramp - 1.0));
        double base = value - chroma;
        double red = h < 1 || h >= 5 ? chroma : h < 2 || h >= 4 ? second : 0;
        double green = h < 1 ? second : h < 3 ? chroma : h < 4 ? second : 0;
        double blue = h < 2 ? 0 : h < 3 ? second : h < 5 ? chroma : second;
        return level(red + base) << 16 | level(green + base) << 8 | level(blue + base);
    }

    private static int level(double value) {
        return (int) Math.max(0, Math.min(255, value * 255.0 + 0.5));
    }
}
