package org.sola.demo;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.Map;
import org.junit.jupiter.api.Test;

class MotionRuleTest {
    @Test
    void whatStandsStillDoesNothingElse() {
        var object = object(Motion.Track.still(30));
        for (var rule : MotionRule.values()) {
            assertEquals(rule == MotionRule.STILL ? Truth.YES : Truth.NO, rule.of(object), rule.name());
        }
    }

    @Test
    void aWeakMotionIsNeitherClaimedNorDenied() {
        var track = Motion.Track.still(30);
        for (int t = 0; t < 30; t++) {
            track.x()[t] = 0.1 * t / 29;
        }
        assertEquals(Truth.UNCLEAR, MotionRule.MOVES_RIGHT.of(object(track)));
        assertEquals(Truth.NO, MotionRule.MOVES_LEFT.of(object(track)));
        assertEquals(Truth.UNCLEAR, MotionRule.STILL.of(object(track)));
    }

    @Test
    void whatIsHardlySeenIsNotJudged() {
        var track = Motion.STRAIGHT.draw(new DemoRandom(1), 30, 0);
        var seen = object(track);
        assertEquals(Truth.YES, MotionRule.MOVES_RIGHT.of(seen));
        Arrays.fill(seen.share(), 10, 25, 0.1);
        assertEquals(Truth.UNCLEAR, MotionRule.MOVES_RIGHT.of(seen));
    }

    /** The sampler's intention is an independent witness of what the margins measure on the finished paths. */
    @Test
    void measuredMotionsAreThoseThatWereDrawn() {
        Map<Motion, MotionRule> rules = Map.of(
                Motion.STAY, MotionRule.STILL,
                Motion.TURN_BACK, MotionRule.TURNS_BACK,
                Motion.CIRCLE, MotionRule.CIRCLES,
                Motion.STOP, MotionRule.STOPS,
                Motion.START, MotionRule.STARTS,
                Motion.HOP, MotionRule.HOPS,
                Motion.ZIGZAG, MotionRule.ZIGZAGS,
                Motion.SPEED_UP, MotionRule.SPEEDS_UP);
        for (var motion : rules.keySet()) {
            int yes = 0;
            for (int seed = 0; seed < 40; seed++) {
                var random = new DemoRandom(seed);
                int frames = random.whole(20, 40);
                var track = motion.draw(random, frames, random.below(4) * Math.PI / 2);
                var object = object(track);
                yes += rules.get(motion).of(object) == Truth.YES ? 1 : 0;
                for (var other : rules.values()) {
                    if (other != rules.get(motion)) {
                        assertTrue(other.of(object) != Truth.YES, motion + " seed " + seed + " passes as " + other);
                    }
                }
            }
            assertTrue(yes >= 30, motion + " is recognised in " + yes + " of 40");
        }
    }

    private static ObjectTruth object(Motion.Track track) {
        int frames = track.x().length;
        var path = new Path2(track.x(), track.y());
        var ones = new double[frames];
        var many = new int[frames];
        Arrays.fill(ones, 1);
        Arrays.fill(many, 1000);
        var look = new ShapeLook(Shape.STAR, NamedColour.RED);
        return new ObjectTruth(1, look, path, path, track.scale(), track.scale(), track.angle(), ones, ones, many);
    }
}
