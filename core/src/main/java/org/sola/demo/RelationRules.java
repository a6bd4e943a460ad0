package org.sola.demo;

import java.util.ArrayList;
import java.util.List;
import java.util.function.ToDoubleFunction;

/**
 * Statements about an object's place, size or speed among others, true over nearly the whole video. Lengths are in
 * units of the frame's shorter side.
 */
final class RelationRules {
    private static final double NEARLY_ALWAYS = 0.95; // of the frames

    private RelationRules() {}

    /** One of the four directions on the screen. */
    enum Side {
        LEFT(-1, 0),
        RIGHT(1, 0),
        ABOVE(0, -1),
        BELOW(0, 1);

        private final int x;
        private final int y;

        Side(int x, int y) {
            this.x = x;
            this.y = y;
        }

        double along(ObjectTruth object, int t) {
            return x * object.onScreen().x()[t] + y * object.onScreen().y()[t];
        }

        double across(ObjectTruth object, int t) {
            return y * object.onScreen().x()[t] + x * object.onScreen().y()[t];
        }
    }

    private interface InFrame {
        boolean holds(int t);
    }

    private static boolean nearlyAlways(int frames, InFrame test) {
        int count = 0;
        for (int t = 0; t < frames; t++) {
            count += test.holds(t) ? 1 : 0;
        }
        return count >= NEARLY_ALWAYS * frames;
    }

    /** Whether {@code object} is on that side of {@code other}: farther along than aslant. */
    static Truth beside(ObjectTruth object, ObjectTruth other, Side side) {
        if (object.neverSeen()) {
            return Truth.NO;
        }
        if (!object.wellSeen() || !other.wellSeen()) {
            return Truth.UNCLEAR;
        }
        return Truth.of(
                nearlyAlways(object.frames(), t -> {
                    double gap = side.along(object, t) - side.along(other, t);
                    double aslant = Math.abs(side.across(object, t) - side.across(other, t));
                    return gap > 0.12 && aslant < 1.1 * gap;
                }),
                nearlyAlways(object.frames(), t -> side.along(object, t) - side.along(other, t) < -0.02));
    }

    /** The one whose value is the largest in nearly every frame, by a margin; all the others then clearly are not. */
    static List<Truth> extreme(List<ObjectTruth> objects, List<Truth> candidates, Margin margin) {
        var verdicts = new ArrayList<Truth>();
        for (int i = 0; i < objects.size(); i++) {
            verdicts.add(Truth.UNCLEAR);
        }
        for (int i = 0; i < objects.size(); i++) {
            if (candidates.get(i) == Truth.YES && beatsAll(objects, candidates, i, margin)) {
                for (int j = 0; j < objects.size(); j++) {
                    verdicts.set(j, i == j ? Truth.YES : Truth.NO);
                }
            }
        }
        return verdicts;
    }

    private static boolean beatsAll(List<ObjectTruth> objects, List<Truth> candidates, int i, Margin margin) {
        int rivals = 0;
        for (int j = 0; j < objects.size(); j++) {
            if (i == j || candidates.get(j) == Truth.NO || objects.get(j).neverSeen()) {
                continue;
            }
            rivals++;
            var object = objects.get(i);
            var rival = objects.get(j);
            if (!object.wellSeen()
                    || !rival.wellSeen()
                    || !nearlyAlways(object.frames(), t -> margin.clear(object, rival, t))) {
                return false;
            }
        }
        return rivals > 0;
    }

    /** Whether one object clearly beats another in a frame. */
    interface Margin {
        boolean clear(ObjectTruth object, ObjectTruth rival, int t);
    }

    static Margin farthest(Side side) {
        return (object, rival, t) -> side.along(object, t) - side.along(rival, t) > 0.1;
    }

    static Margin bigger(double ratio) {
        return (object, rival, t) -> object.size()[t] > ratio * rival.size()[t];
    }

    static Margin smaller(double ratio) {
        return (object, rival, t) -> rival.size()[t] > ratio * object.size()[t];
    }

    static Margin nearer(ObjectTruth to) {
        return (object, rival, t) -> {
            double near = distance(object, to, t);
            double far = distance(rival, to, t);
            return far > 1.4 * near && far - near > 0.1;
        };
    }

    static Margin farther(ObjectTruth from) {
        return (object, rival, t) -> {
            double near = distance(rival, from, t);
            double far = distance(object, from, t);
            return far > 1.4 * near && far - near > 0.1;
        };
    }

    /** Faster over the whole video, by two thirds, on the screen and in the world. */
    static Margin faster() {
        ToDoubleFunction<ObjectTruth> screen = o -> o.onScreen().length();
        ToDoubleFunction<ObjectTruth> world = o -> o.inWorld().length();
        return (object, rival, t) -> screen.applyAsDouble(object) > 1.65 * screen.applyAsDouble(rival)
                && world.applyAsDouble(object) > 1.65 * world.applyAsDouble(rival)
                && world.applyAsDouble(object) > 0.35;
    }

    /** Both stop; this one at least an eighth of the video earlier. */
    static Margin stopsBefore() {
        return (object, rival, t) -> MotionRule.STOPS.of(object) == Truth.YES
                && MotionRule.STOPS.of(rival) == Truth.YES
                && MotionRules.stopFrame(rival.inWorld()) - MotionRules.stopFrame(object.inWorld())
                        >= object.frames() / 8.0;
    }

    /** Between the two others all the time: near the line that joins them, not near its ends. */
    static Truth between(ObjectTruth object, ObjectTruth one, ObjectTruth two) {
        if (object.neverSeen()) {
            return Truth.NO;
        }
        if (!object.wellSeen() || !one.wellSeen() || !two.wellSeen()) {
            return Truth.UNCLEAR;
        }
        return Truth.of(
                nearlyAlways(object.frames(), t -> {
                    double along = along(object, one, two, t);
                    return along > 0.22 && along < 0.78 && offLine(object, one, two, t) < 0.22 * distance(one, two, t);
                }),
                nearlyAlways(object.frames(), t -> {
                    double along = along(object, one, two, t);
                    return along < 0.02 || along > 0.98 || offLine(object, one, two, t) > 0.6 * distance(one, two, t);
                }));
    }

    private static double along(ObjectTruth o, ObjectTruth one, ObjectTruth two, int t) {
        double lineX = two.onScreen().x()[t] - one.onScreen().x()[t];
        double lineY = two.onScreen().y()[t] - one.onScreen().y()[t];
        double x = o.onScreen().x()[t] - one.onScreen().x()[t];
        double y = o.onScreen().y()[t] - one.onScreen().y()[t];
        return (x * lineX + y * lineY) / Math.max(1e-9, lineX * lineX + lineY * lineY);
    }

    private static double offLine(ObjectTruth o, ObjectTruth one, ObjectTruth two, int t) {
        double lineX = two.onScreen().x()[t] - one.onScreen().x()[t];
        double lineY = two.onScreen().y()[t] - one.onScreen().y()[t];
        double x = o.onScreen().x()[t] - one.onScreen().x()[t];
        double y = o.onScreen().y()[t] - one.onScreen().y()[t];
        return Math.abs(lineX * y - lineY * x) / Math.max(1e-9, StrictMath.hypot(lineX, lineY));
    }

    /** Comes nearer to (or goes away from) something that stands still, all the way. */
    static Truth approaches(ObjectTruth object, ObjectTruth goal, boolean away) {
        if (object.neverSeen()) {
            return Truth.NO;
        }
        if (!object.wellSeen() || MotionRule.STILL.of(goal) != Truth.YES) {
            return Truth.UNCLEAR;
        }
        var gaps = new double[object.frames()];
        for (int t = 0; t < gaps.length; t++) {
            gaps[t] = distance(object, goal, t);
        }
        double change = gaps[gaps.length - 1] - gaps[0];
        double wanted = away ? change : -change;
        double against = away ? Path2.fall(gaps) : Path2.rise(gaps);
        double ever = away ? Path2.rise(gaps) : Path2.fall(gaps);
        boolean straightThere = wanted > 0.75 * object.onScreen().length();
        return Truth.of(wanted > 0.2 && against < 0.03 && straightThere, ever < 0.06);
    }

    static double distance(ObjectTruth a, ObjectTruth b, int t) {
        return StrictMath.hypot(
                a.onScreen().x()[t] - b.onScreen().x()[t],
                a.onScreen().y()[t] - b.onScreen().y()[t]);
    }
}
