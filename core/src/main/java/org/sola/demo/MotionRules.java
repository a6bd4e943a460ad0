package org.sola.demo;

import java.util.Arrays;
import java.util.function.Function;

/** The margins of {@link MotionRule}. */
final class MotionRules {
    private static final double STANDS = 0.02; // less movement is none
    private static final double WAY = 0.2; // a way that nobody overlooks

    private MotionRules() {}

    private static Truth path(ObjectTruth object, Function<Path2, Truth> judge) {
        return object.wellSeen() ? Truth.inBothViews(object, judge) : Truth.UNCLEAR;
    }

    private static double degrees(double radians) {
        return radians * 180 / StrictMath.PI;
    }

    private static double turned(ObjectTruth object) {
        return degrees(Path2.extent(object.angle(), 0, object.frames()));
    }

    private static double growth(ObjectTruth object) {
        double most = 1;
        for (var sizes : new double[][] {object.size(), object.worldSize()}) {
            for (double size : sizes) {
                most = Math.max(most, Math.max(size / sizes[0], sizes[0] / size));
            }
        }
        return most;
    }

    static Truth still(ObjectTruth o) {
        var byPath = path(o, p -> Truth.of(p.extent(0, p.frames()) < 0.03, p.extent(0, p.frames()) > 0.12));
        // what turns or grows on the spot neither moves nor stands still
        return byPath == Truth.YES && (turned(o) > 5 || growth(o) > 1.1) ? Truth.UNCLEAR : byPath;
    }

    static Truth moves(ObjectTruth o) {
        var byPath = path(o, p -> Truth.of(p.length() > 0.25, p.extent(0, p.frames()) < 0.03));
        return byPath == Truth.NO && (turned(o) > 5 || growth(o) > 1.1) ? Truth.UNCLEAR : byPath;
    }

    static Truth straight(ObjectTruth o, int right, int down) {
        return path(o, p -> {
            var along = right != 0 ? p.x() : p.y();
            int sign = right + down;
            double net = sign * (right != 0 ? p.netX() : p.netY());
            double forward = sign > 0 ? Path2.rise(along) : Path2.fall(along);
            double back = sign > 0 ? Path2.fall(along) : Path2.rise(along);
            double across = right != 0 ? p.extentY() : p.extentX();
            return Truth.of(net > WAY && back < 0.12 * net && across < 0.5 * net, forward < 0.06);
        });
    }

    static Truth turnsBack(ObjectTruth o) {
        return path(
                o,
                p -> Truth.of(
                        p.backtrack() > WAY && p.width() < 0.06 && p.length() < 2.6 * p.extent(0, p.frames()),
                        p.backtrack() < 0.05));
    }

    static Truth circles(ObjectTruth o) {
        return path(o, p -> {
            double turns = Math.abs(p.turns());
            double narrow = Math.min(p.extentX(), p.extentY());
            return Truth.of(
                    turns > 0.92 && p.turnsBothWays() < 1.15 * turns && narrow > 0.14,
                    turns < 0.4 && p.turnsBothWays() < 0.6
                            || narrow < 0.04
                            || p.length() < WAY
                            || turns < 0.3 && Path2.reversals(p.x(), 0.04) + Path2.reversals(p.y(), 0.04) >= 4);
        });
    }

    /** The first frame after which it stands; the number of frames if it moves to the end. */
    static int stopFrame(Path2 p) {
        int t = p.frames();
        while (t > 0 && p.extent(t - 1, p.frames()) < STANDS) {
            t--;
        }
        return t;
    }

    /** The last frame before which it stands; 0 if it moves from the beginning. */
    static int startFrame(Path2 p) {
        int t = 0;
        while (t < p.frames() && p.extent(0, t + 1) < STANDS) {
            t++;
        }
        return t;
    }

    static Truth stops(ObjectTruth o) {
        boolean busyLast = busy(o, (int) (0.85 * o.frames()), o.frames());
        var byPath = path(o, p -> {
            int n = p.frames();
            int stop = stopFrame(p);
            boolean movesFirst = startFrame(p) < 0.12 * n;
            return Truth.of(
                    stop < 0.72 * n && stop > 0.2 * n && movesFirst && p.length() > WAY,
                    busyLast || p.extent((int) (0.85 * n), n) > STANDS || stop < 0.05 * n);
        });
        return onlyMoving(o, byPath);
    }

    static Truth starts(ObjectTruth o) {
        boolean busyFirst = busy(o, 0, (int) (0.15 * o.frames()) + 1);
        var byPath = path(o, p -> {
            int n = p.frames();
            int start = startFrame(p);
            boolean movesLast = stopFrame(p) > 0.88 * n;
            // what only gets faster and faster does not start at any moment
            int middle = (start + n) / 2;
            boolean evenly = start < n - 2 && p.length(start, middle) > 0.4 * p.length(start, n - 1);
            return Truth.of(
                    start > 0.28 * n && start < 0.8 * n && movesLast && evenly && p.length() > WAY,
                    busyFirst || p.extent(0, (int) (0.15 * n) + 1) > STANDS || start > 0.95 * n);
        });
        return onlyMoving(o, byPath);
    }

    /** Whether it turns or changes its size between two frames. */
    private static boolean busy(ObjectTruth o, int from, int to) {
        double size = Path2.extent(o.worldSize(), from, to) / o.worldSize()[from];
        return degrees(Path2.extent(o.angle(), from, to)) > 8 || size > 0.05;
    }

    /** No clear yes for what also turns or grows: it may go on doing that. */
    private static Truth onlyMoving(ObjectTruth o, Truth verdict) {
        return verdict == Truth.YES && (turned(o) > 10 || growth(o) > 1.15) ? Truth.UNCLEAR : verdict;
    }

    static Truth hops(ObjectTruth o) {
        return path(o, p -> {
            int turns = Path2.reversals(p.y(), 0.06);
            boolean level = Math.abs(p.netY()) < 0.08;
            boolean round = Math.abs(p.turns()) > 0.9;
            boolean swerves = Path2.reversals(p.x(), 0.06) > 0;
            return Truth.of(turns >= 4 && level && !round && !swerves, Path2.reversals(p.y(), 0.03) <= 1);
        });
    }

    static Truth zigzags(ObjectTruth o) {
        return path(o, p -> {
            int turns = Path2.reversals(p.x(), 0.07);
            boolean onwards = Math.abs(p.netY()) > 0.25 && Path2.reversals(p.y(), 0.05) == 0;
            return Truth.of(
                    turns >= 3 && onwards, Path2.reversals(p.x(), 0.03) <= 1 && Path2.reversals(p.y(), 0.03) <= 1);
        });
    }

    static Truth spins(ObjectTruth o) {
        double turned = turned(o);
        boolean visible = o.look().turnVisible() && o.wellSeen();
        return Truth.of(turned > 300 && visible, turned < 15);
    }

    static Truth rocks(ObjectTruth o) {
        double turned = turned(o);
        int swings = Path2.reversals(o.angle(), 0.35);
        boolean visible = o.look().turnVisible() && o.wellSeen();
        return Truth.of(visible && turned > 35 && turned < 100 && swings >= 3, turned < 8);
    }

    static Truth scales(ObjectTruth o, boolean up) {
        if (!o.wellSeen()) {
            return Truth.UNCLEAR;
        }
        return scales(o.size(), up).agreedWith(scales(o.worldSize(), up));
    }

    private static Truth scales(double[] size, boolean up) {
        double ratio = size[size.length - 1] / size[0];
        double change = up ? ratio : 1 / ratio;
        double against = up ? Path2.fall(size) : Path2.rise(size);
        return Truth.of(change > 1.5 && against < 0.05 * size[0], change < 1.12);
    }

    static Truth speedsUp(ObjectTruth o) {
        var byPath = path(o, p -> {
            int third = p.frames() / 3;
            double first = p.length(0, third);
            double last = p.length(p.frames() - 1 - third, p.frames() - 1);
            return Truth.of(
                    last > 3 * first && last > WAY && startFrame(p) < 0.3 * p.frames() && p.width() < 0.05,
                    last < 1.35 * first || p.length() < 0.05);
        });
        return onlyMoving(o, byPath);
    }

    /** Whether some part of it is always in the frame, most of it nearly always. */
    private static boolean staysInside(ObjectTruth o) {
        for (double inside : o.inside()) {
            if (inside < 0.55) {
                return false;
            }
        }
        return true;
    }

    private static double least(double[] values, double from, double to) {
        double least = 1;
        for (int t = (int) (from * values.length); t < Math.max(1, to * values.length); t++) {
            least = Math.min(least, values[t]);
        }
        return least;
    }

    private static double most(double[] values, double from, double to) {
        double most = 0;
        for (int t = (int) (from * values.length); t < Math.max(1, to * values.length); t++) {
            most = Math.max(most, values[t]);
        }
        return most;
    }

    static Truth leaves(ObjectTruth o) {
        boolean seenFirst = least(o.share(), 0, 0.15) > 0.6;
        boolean goneLast = most(o.inside(), 0.85, 1) == 0;
        return Truth.of(seenFirst && goneLast && exits(o) == 1, staysInside(o) || neverOutLate(o));
    }

    static Truth enters(ObjectTruth o) {
        boolean goneFirst = most(o.inside(), 0, 0.12) == 0;
        boolean seenLast = least(o.share(), 0.8, 1) > 0.6;
        return Truth.of(goneFirst && seenLast && exits(o) == 0, staysInside(o) || neverOutEarly(o));
    }

    static Truth returns(ObjectTruth o) {
        boolean seenFirst = least(o.share(), 0, 0.08) > 0.6;
        boolean seenLast = least(o.share(), 0.88, 1) > 0.6;
        int gone = 0;
        for (double inside : o.inside()) {
            gone += inside == 0 ? 1 : 0;
        }
        boolean oneWay = leaves(o) == Truth.YES || enters(o) == Truth.YES;
        return Truth.of(seenFirst && seenLast && gone >= 2 && exits(o) == 1, staysInside(o) || oneWay);
    }

    // what comes in and stays does not leave, what goes out and stays out does not come in
    private static boolean neverOutLate(ObjectTruth o) {
        return most(o.inside(), 0, 0.12) == 0 && exits(o) == 0 && least(o.share(), 0.85, 1) > 0.6;
    }

    private static boolean neverOutEarly(ObjectTruth o) {
        return least(o.share(), 0, 0.15) > 0.6 && exits(o) == 1 && most(o.inside(), 0.85, 1) == 0;
    }

    /** How often it goes from inside to fully outside. */
    private static int exits(ObjectTruth o) {
        int exits = 0;
        for (int t = 1; t < o.frames(); t++) {
            exits += o.inside()[t] == 0 && o.inside()[t - 1] > 0 ? 1 : 0;
        }
        return exits;
    }

    static Truth hidden(ObjectTruth o) {
        if (!staysInside(o)) {
            return Truth.UNCLEAR;
        }
        int dark = 0;
        for (double share : o.share()) {
            dark += share < 0.04 ? 1 : 0;
        }
        boolean seenAround = least(o.share(), 0, 0.15) > 0.7 && least(o.share(), 0.85, 1) > 0.7;
        return Truth.of(dark >= 1 && seenAround && moves(seenAs(o)) == Truth.YES, least(o.share(), 0, 1) > 0.45);
    }

    /** The same object as if nothing hid it, to judge its path alone. */
    private static ObjectTruth seenAs(ObjectTruth o) {
        var all = new double[o.frames()];
        var many = new int[o.frames()];
        Arrays.fill(all, 1);
        Arrays.fill(many, Integer.MAX_VALUE);
        return new ObjectTruth(
                o.id(), o.look(), o.onScreen(), o.inWorld(), o.size(), o.worldSize(), o.angle(), o.inside(), all, many);
    }
}
