package org.sola.demo;

import java.util.List;

/**
 * A sentence about a video and what it means.
 *
 * @param text the sentence
 * @param kind appearance, motion, relation, plural or none
 * @param objects ids (from 1) of exactly the objects it means, in order; empty for kind none
 */
public record DemoExpression(String text, Kind kind, List<Integer> objects) {
    /** What has to be looked at to understand a sentence. */
    public enum Kind {
        /** What the object looks like. */
        APPEARANCE("appearance"),
        /** What it does. */
        MOTION("motion"),
        /** Where it is, or how it compares with others. */
        RELATION("relation"),
        /** Several objects. */
        PLURAL("plural"),
        /** Nothing in the video. */
        NONE("none");

        private final String word;

        Kind(String word) {
            this.word = word;
        }

        /** The tag in the data set's files. */
        public String word() {
            return word;
        }
    }

    public DemoExpression {
        objects = List.copyOf(objects);
        boolean fits =
                switch (kind) {
                    case NONE -> objects.isEmpty();
                    case PLURAL -> objects.size() >= 2;
                    default -> objects.size() == 1;
                };
        if (!fits) {
            throw new IllegalArgumentException(
                    "\"" + text + "\" of kind " + kind.word() + " cannot mean " + objects.size() + " objects");
        }
    }

    /** Whether it takes more than one frame to tell what is meant: a sentence that says how something moves. */
    public boolean saysMotion() {
        return kind == Kind.MOTION || MotionRule.isSaidAtTheEndOf(text);
    }
}
