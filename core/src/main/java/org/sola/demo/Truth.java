package org.sola.demo;

import java.util.function.Function;

/** Whether a statement about an object holds: clearly, clearly not, or so that two viewers might disagree. */
enum Truth {
    YES,
    NO,
    UNCLEAR;

    /** Clear where one of the margins is met; meeting both would be a mistake in the margins and counts as unclear. */
    static Truth of(boolean clearlySo, boolean clearlyNot) {
        return clearlySo == clearlyNot ? UNCLEAR : clearlySo ? YES : NO;
    }

    Truth and(Truth other) {
        if (this == NO || other == NO) {
            return NO;
        }
        return this == YES && other == YES ? YES : UNCLEAR;
    }

    /** The common verdict of two views of one thing, unclear where they differ. */
    Truth agreedWith(Truth other) {
        return this == other ? this : UNCLEAR;
    }

    /** The verdict over the object's path on the screen and over its path in the world, if they agree. */
    static Truth inBothViews(ObjectTruth object, Function<Path2, Truth> judge) {
        return judge.apply(object.onScreen()).agreedWith(judge.apply(object.inWorld()));
    }
}
