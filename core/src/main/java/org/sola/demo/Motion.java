package org.sola.demo;

import java.util.Arrays;

/**
 * The ways in which the sampler makes things move. What an expression may say is not taken from here but measured on
 * the finished paths, so a motion that comes out weak or mixed is simply not spoken of.
 */
enum Motion {
    STAY,
    STRAIGHT,
    TURN_BACK,
    CIRCLE,
    STOP,
    START,
    HOP,
    ZIGZAG,
    SPIN,
    ROCK,
    GROW,
    SHRINK,
    SPEED_UP,
    BEHIND,
    LEAVE,
    ENTER,
    LEAVE_AND_RETURN;

    /** Whether the path runs over the frame's edge on purpose. */
    boolean crossesEdge() {
        return this == LEAVE || this == ENTER || this == LEAVE_AND_RETURN;
    }

    /**
     * A path around its starting point.
     *
     * @param x offset to the right, in units of the frame's shorter side
     * @param y offset downwards
     * @param angle turn in radians
     * @param scale size factor
     */
    @SuppressWarnings("ArrayRecordComponent")
    record Track(double[] x, double[] y, double[] angle, double[] scale) {
        static Track still(int frames) {
            var scale = new double[frames];
            Arrays.fill(scale, 1);
            return new Track(new double[frames], new double[frames], new double[frames], scale);
        }
    }

    /** A direction of travel in radians: mostly along an axis, as those can be named. */
    static double heading(DemoRandom random) {
        double axis = random.below(4) * StrictMath.PI / 2;
        return random.chance(0.85)
                ? axis + random.between(-0.16, 0.16)
                : axis + StrictMath.PI / 4 + random.between(-0.2, 0.2);
    }

    /** Draws a path of this kind; {@code heading} is used where the motion has a direction. */
    Track draw(DemoRandom random, int frames, double heading) {
        var track = Track.still(frames);
        switch (this) {
            case STAY -> {}
            case STRAIGHT -> line(track, heading, random.between(0.28, 0.6), new Ramp(0, 1, 1));
            case TURN_BACK -> turnBack(track, heading, random);
            case CIRCLE -> circle(track, random);
            case STOP -> line(track, heading, random.between(0.28, 0.5), new Ramp(0, random.between(0.3, 0.62), 1));
            case START -> line(track, heading, random.between(0.28, 0.5), new Ramp(random.between(0.36, 0.6), 1, 1));
            case HOP -> hop(track, random);
            case ZIGZAG -> zigzag(track, random);
            case SPIN -> {
                turn(track, random.sign() * random.between(1.0, 2.4));
                if (random.chance(0.3)) {
                    line(track, heading, random.between(0.25, 0.45), new Ramp(0, 1, 1));
                }
            }
            case ROCK -> rock(track, random);
            case GROW -> scale(track, random.between(1.75, 2.3));
            case SHRINK -> scale(track, 1 / random.between(1.75, 2.3));
            case SPEED_UP -> line(track, heading, random.between(0.45, 0.65), new Ramp(0, 1, 2.4));
            case BEHIND -> line(track, heading, random.between(0.5, 0.64), new Ramp(0, 1, 1));
            case LEAVE, ENTER, LEAVE_AND_RETURN -> cross(track, heading, random);
            default -> throw new AssertionError(this);
        }
        return track;
    }

    /** Progress 0..1 from {@code from} to {@code to} (shares of the clip), bent by a power. */
    private record Ramp(double from, double to, double power) {
        double at(int t, int frames) {
            double u = (double) t / (frames - 1);
            double part = Math.max(0, Math.min(1, (u - from) / (to - from)));
            return power == 1 ? part : StrictMath.pow(part, power);
        }
    }

    private static void line(Track track, double heading, double distance, Ramp ramp) {
        int frames = track.x.length;
        for (int t = 0; t < frames; t++) {
            double way = distance * ramp.at(t, frames);
            track.x[t] += way * StrictMath.cos(heading);
            track.y[t] += way * StrictMath.sin(heading);
        }
    }

    private static void turnBack(Track track, double heading, DemoRandom random) {
        double distance = random.between(0.3, 0.5);
        double turning = random.between(0.42, 0.58);
        line(track, heading, distance, new Ramp(0, turning, 1));
        line(track, heading + StrictMath.PI, distance * random.between(0.8, 1), new Ramp(turning, 1, 1));
    }

    private static void circle(Track track, DemoRandom random) {
        int frames = track.x.length;
        double radius = random.between(0.11, 0.2);
        double flat = random.between(0.8, 1);
        double turns = random.sign() * random.between(1.1, frames < 26 ? 1.4 : 2.2);
        double start = random.between(0, 2 * StrictMath.PI);
        for (int t = 0; t < frames; t++) {
            double angle = start + 2 * StrictMath.PI * turns * t / (frames - 1);
            track.x[t] += radius * StrictMath.cos(angle);
            track.y[t] += radius * flat * StrictMath.sin(angle);
        }
    }

    private static void hop(Track track, DemoRandom random) {
        int frames = track.x.length;
        int hops = frames < 26 ? 3 : random.whole(3, 5);
        double height = random.between(0.1, 0.17);
        double way = random.chance(0.35) ? 0 : random.sign() * random.between(0.25, 0.45);
        for (int t = 0; t < frames; t++) {
            double u = (double) t / (frames - 1);
            track.x[t] += way * u;
            track.y[t] -= height * Math.abs(StrictMath.sin(StrictMath.PI * hops * u));
        }
    }

    private static void zigzag(Track track, DemoRandom random) {
        int frames = track.x.length;
        int legs = frames < 26 ? 4 : random.whole(4, 6);
        double swing = random.between(0.13, 0.2);
        double way = random.sign() * random.between(0.3, 0.5);
        double phase = random.sign();
        for (int t = 0; t < frames; t++) {
            double u = (double) t / (frames - 1);
            double leg = u * legs;
            double inLeg = leg - StrictMath.floor(leg);
            boolean back = (int) StrictMath.floor(leg) % 2 == 1;
            track.x[t] += phase * swing * (back ? 1 - inLeg : inLeg);
            track.y[t] += way * u;
        }
    }

    private static void turn(Track track, double turns) {
        int frames = track.x.length;
        for (int t = 0; t < frames; t++) {
            track.angle[t] += 2 * StrictMath.PI * turns * t / (frames - 1);
        }
    }

    private static void rock(Track track, DemoRandom random) {
        int frames = track.x.length;
        double swing = random.between(0.35, 0.6);
        double periods = random.between(2, frames < 26 ? 2.5 : 4);
        for (int t = 0; t < frames; t++) {
            track.angle[t] += swing * StrictMath.sin(2 * StrictMath.PI * periods * t / (frames - 1));
        }
    }

    private static void scale(Track track, double factor) {
        int frames = track.x.length;
        for (int t = 0; t < frames; t++) {
            track.scale[t] *= StrictMath.pow(factor, (double) t / (frames - 1));
        }
    }

    /** Inside at (0, 0), outside at distance 1 along the heading; the sampler stretches it to the frame's edge. */
    private void cross(Track track, double heading, DemoRandom random) {
        double early = random.between(0, 0.2);
        double late = random.between(0.66, 0.82);
        switch (this) {
            case LEAVE -> line(track, heading, 1, new Ramp(early, late, 1));
            case ENTER -> {
                line(track, heading, 1, new Ramp(-1, 0, 1)); // outside from the first frame on
                line(track, heading + StrictMath.PI, 1, new Ramp(1 - late, 1 - early, 1));
            }
            default -> {
                double out = random.between(0.3, 0.38);
                double gone = random.between(0.12, 0.2);
                line(track, heading, 1, new Ramp(0.02, out, 1));
                line(track, heading + StrictMath.PI, 1, new Ramp(out + gone, Math.min(0.98, 2 * out + gone), 1));
            }
        }
    }
}
