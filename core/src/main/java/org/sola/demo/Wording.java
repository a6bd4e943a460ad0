package org.sola.demo;

import java.util.ArrayList;
import java.util.List;

/** Puts subjects and what they do into sentences. */
final class Wording {
    private Wording() {}

    /** One object: "the dog that turns back", "the dog turning back". */
    static List<String> does(Subject subject, MotionRule rule) {
        var texts = new ArrayList<String>();
        for (var verb : rule.third()) {
            texts.add("the " + subject.singular() + " that " + verb);
        }
        for (var verb : rule.participle()) {
            texts.add("the " + subject.singular() + " " + verb);
        }
        return texts;
    }

    /** Several objects: "the two dogs that turn back", "the dogs turning back". */
    static List<String> doTogether(Subject subject, MotionRule rule, int count, boolean everyone) {
        var texts = new ArrayList<String>();
        // "the two that turn back", not "the two ones"
        String counted = ClaimFinder.number(count) + (subject.plural().equals("ones") ? "" : " " + subject.plural());
        for (var verb : rule.plural()) {
            texts.add("the " + counted + " that " + verb);
            texts.add("the " + subject.plural() + " that " + verb);
            texts.add("all " + subject.plural() + " that " + verb);
            if (count == 2 && everyone) {
                texts.add("both " + subject.plural() + " that " + verb);
            }
        }
        for (var verb : rule.participle()) {
            texts.add("the " + counted + " " + verb);
            texts.add("the " + subject.plural() + " " + verb);
        }
        return texts;
    }
}
