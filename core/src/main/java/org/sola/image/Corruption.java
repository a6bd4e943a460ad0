package org.sola.image;

import java.util.Locale;
import java.util.SplittableRandom;

/**
 * A corruption of SOLA's robustness table on the frames of a video, at their own size and before anything else. What the
 * paper leaves open is settled here and belongs beside every figure: one draw a frame, from (seed, video, frame), so a
 * re-run gives the same frames; no JPEG in between.
 *
 * @param kind what is done to a frame
 * @param severity 1 to 5, as in ImageNet-C
 * @param seed another seed gives other draws
 */
public record Corruption(Kind kind, int severity, long seed) {
    public Corruption {
        Severities.require(severity);
    }

    /** The corruptions there are. */
    public enum Kind {
        MOTION_BLUR,
        GAUSSIAN_NOISE;

        /** As options and files spell it, such as {@code motion-blur}. */
        public String spelling() {
            return name().toLowerCase(Locale.ROOT).replace('_', '-');
        }

        /** The kind of that spelling. */
        public static Kind of(String spelling) {
            for (var kind : values()) {
                if (kind.spelling().equals(spelling)) {
                    return kind;
                }
            }
            throw new IllegalArgumentException(
                    "no corruption is called \"" + spelling + "\"; there are motion-blur and gaussian-noise");
        }
    }

    /** Severity where none is named: the one of SOLA's robustness table. */
    public static final int DEFAULT_SEVERITY = 5;

    /**
     * A corruption as an option spells it: {@code motion-blur} or {@code gaussian-noise:3}.
     *
     * @throws IllegalArgumentException naming what is not known or out of range
     */
    public static Corruption parse(String text, long seed) {
        var parts = text.split(":", -1);
        var kind = Kind.of(parts[0]);
        boolean isNumber = parts.length == 2 && parts[1].matches("[0-9]{1,3}");
        if (parts.length > 2 || (parts.length == 2 && !isNumber)) {
            throw new IllegalArgumentException(
                    "corruption \"" + text + "\": expected KIND or KIND:SEVERITY with a severity of 1 to 5");
        }
        return new Corruption(kind, isNumber ? Integer.parseInt(parts[1]) : DEFAULT_SEVERITY, seed);
    }

    /** Frame {@code frame} of {@code video}, corrupted. */
    public RgbImage apply(RgbImage image, String video, int frame) {
        var random = new SplittableRandom((seed * 31 + video.hashCode()) * 1_000_003 + frame);
        return switch (kind) {
            case MOTION_BLUR ->
                MotionBlur.ofSeverity(severity)
                        .apply(image, random.nextDouble(-MotionBlur.MOST_ANGLE_DEGREES, MotionBlur.MOST_ANGLE_DEGREES));
            case GAUSSIAN_NOISE -> GaussianNoise.ofSeverity(severity).apply(image, random);
        };
    }

    @Override
    public String toString() {
        return kind.spelling() + " of severity " + severity + ", seed " + seed + ", one draw a frame, no JPEG between";
    }
}
