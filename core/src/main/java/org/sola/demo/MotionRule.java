package org.sola.demo;

import java.util.Arrays;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * Statements about what one object does, each with the margins that make it clear to a viewer, and how people say it.
 *
 * <p>Lengths are in units of the frame's shorter side. Unless something is said about visibility itself, a verdict asks
 * for an object that is seen nearly all the time, and for agreement between its path on the screen and in the world
 * (with a moving camera the two differ, and viewers disagree on which one counts).
 */
enum MotionRule {
    STILL(
            MotionRules::still,
            List.of("stays still", "does not move", "remains in place", "stands still"),
            List.of("staying still", "not moving", "standing still"),
            List.of("stay still", "do not move", "remain in place")),
    MOVES(
            MotionRules::moves,
            List.of("moves", "is moving", "moves around"),
            List.of("moving", "moving around"),
            List.of("move", "are moving", "move around")),
    MOVES_RIGHT(
            o -> MotionRules.straight(o, 1, 0),
            List.of("moves right", "moves to the right", "goes from left to right", "travels to the right"),
            List.of("moving right", "moving to the right", "heading right", "going from left to right"),
            List.of("move right", "move to the right", "go to the right")),
    MOVES_LEFT(
            o -> MotionRules.straight(o, -1, 0),
            List.of("moves left", "moves to the left", "goes from right to left", "travels to the left"),
            List.of("moving left", "moving to the left", "heading left", "going from right to left"),
            List.of("move left", "move to the left", "go to the left")),
    MOVES_UP(
            o -> MotionRules.straight(o, 0, -1),
            List.of("moves up", "rises", "goes upwards", "moves to the top"),
            List.of("moving up", "going up", "rising", "moving upwards"),
            List.of("move up", "rise", "go upwards")),
    MOVES_DOWN(
            o -> MotionRules.straight(o, 0, 1),
            List.of("moves down", "goes downwards", "sinks", "moves to the bottom"),
            List.of("moving down", "going down", "moving downwards", "sinking"),
            List.of("move down", "go downwards", "sink")),
    TURNS_BACK(
            MotionRules::turnsBack,
            List.of("turns back", "goes away and comes back", "reverses its direction", "turns around halfway"),
            List.of("turning back", "going there and back", "reversing its direction"),
            List.of("turn back", "go there and back")),
    CIRCLES(
            MotionRules::circles,
            List.of("moves in circles", "goes round in a circle", "circles around", "travels in a loop"),
            List.of("moving in circles", "going round in a circle", "circling", "moving in a loop"),
            List.of("move in circles", "go round in circles", "circle around")),
    STOPS(
            MotionRules::stops,
            List.of("stops", "moves and then stops", "comes to a halt", "stops moving"),
            List.of("coming to a stop", "stopping halfway"),
            List.of("stop", "come to a halt", "move and then stop")),
    STARTS(
            MotionRules::starts,
            List.of("starts moving later", "stands still at first and then moves", "waits before it moves"),
            List.of("waiting before moving", "starting to move late"),
            List.of("start moving later", "wait before they move")),
    HOPS(
            MotionRules::hops,
            List.of("hops", "bounces up and down", "keeps jumping", "jumps up and down"),
            List.of("hopping", "bouncing up and down", "jumping"),
            List.of("hop", "bounce up and down", "keep jumping")),
    ZIGZAGS(
            MotionRules::zigzags,
            List.of("moves in a zigzag", "zigzags", "swerves from side to side"),
            List.of("moving in a zigzag", "zigzagging", "swerving from side to side"),
            List.of("move in a zigzag", "zigzag")),
    SPINS(
            MotionRules::spins,
            List.of("spins", "rotates", "turns around its own centre", "keeps spinning"),
            List.of("spinning", "rotating", "spinning around"),
            List.of("spin", "rotate", "keep spinning")),
    ROCKS(
            MotionRules::rocks,
            List.of("rocks back and forth", "wobbles", "tilts from side to side", "sways"),
            List.of("rocking back and forth", "wobbling", "swaying"),
            List.of("rock back and forth", "wobble", "sway")),
    GROWS(
            o -> MotionRules.scales(o, true),
            List.of("gets bigger", "grows", "becomes larger"),
            List.of("getting bigger", "growing", "becoming larger"),
            List.of("get bigger", "grow")),
    SHRINKS(
            o -> MotionRules.scales(o, false),
            List.of("gets smaller", "shrinks", "becomes smaller"),
            List.of("getting smaller", "shrinking", "becoming smaller"),
            List.of("get smaller", "shrink")),
    SPEEDS_UP(
            MotionRules::speedsUp,
            List.of("speeds up", "gets faster and faster", "accelerates"),
            List.of("speeding up", "accelerating", "getting faster"),
            List.of("speed up", "accelerate")),
    LEAVES(
            MotionRules::leaves,
            List.of("leaves the picture", "moves out of view", "goes out of the frame", "disappears at the edge"),
            List.of("leaving the picture", "moving out of view", "leaving the frame"),
            List.of("leave the picture", "move out of view")),
    ENTERS(
            MotionRules::enters,
            List.of("comes into view", "enters the picture", "appears from outside", "enters the frame later"),
            List.of("coming into view", "entering the picture", "entering the frame"),
            List.of("come into view", "enter the picture")),
    RETURNS(
            MotionRules::returns,
            List.of(
                    "leaves the picture and comes back",
                    "goes out of view and returns",
                    "disappears at the edge and comes back"),
            List.of("leaving the frame and coming back", "going out of view and returning"),
            List.of("leave the picture and come back", "go out of view and return")),
    HIDDEN(
            MotionRules::hidden,
            List.of("passes behind something", "is hidden for a moment", "disappears behind something and comes out"),
            List.of("passing behind something", "disappearing behind something for a moment"),
            List.of("pass behind something", "are hidden for a moment"));

    private final Function<ObjectTruth, Truth> judge;
    private final List<String> third;
    private final List<String> participle;
    private final List<String> plural;

    MotionRule(Function<ObjectTruth, Truth> judge, List<String> third, List<String> participle, List<String> plural) {
        this.judge = judge;
        this.third = third;
        this.participle = participle;
        this.plural = plural;
    }

    /** Whether the object does it. */
    Truth of(ObjectTruth object) {
        return object.neverSeen() ? Truth.NO : judge.apply(object);
    }

    /** "turns back". */
    List<String> third() {
        return third;
    }

    /** "turning back". */
    List<String> participle() {
        return participle;
    }

    /** "turn back". */
    List<String> plural() {
        return plural;
    }

    /** Whether a sentence ends with what one of the rules says. */
    static boolean isSaidAtTheEndOf(String text) {
        return Arrays.stream(values())
                .flatMap(rule -> Stream.of(rule.third(), rule.participle(), rule.plural()))
                .flatMap(List::stream)
                .anyMatch(verb -> text.endsWith(" " + verb));
    }
}
