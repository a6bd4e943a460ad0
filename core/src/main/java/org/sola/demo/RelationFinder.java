package org.sola.demo;

import java.util.ArrayList;
import java.util.List;
import org.sola.demo.ClaimFinder.Claim;
import org.sola.demo.DemoExpression.Kind;
import org.sola.demo.RelationRules.Margin;
import org.sola.demo.RelationRules.Side;

/** Finds what can be said about places, sizes and speeds compared. */
final class RelationFinder {
    private final ClaimFinder finder;
    private final List<ObjectTruth> objects;

    RelationFinder(ClaimFinder finder) {
        this.finder = finder;
        this.objects = finder.objects();
    }

    private record Anchor(String name, ObjectTruth object) {}

    void find() {
        var subjects = new ArrayList<>(finder.subjects());
        if (finder.truth().hasScenery()) {
            subjects.removeIf(Subject::general);
        }
        for (var subject : subjects) {
            superlatives(subject);
            for (var anchor : anchors()) {
                toAnchor(subject, anchor);
            }
            between(subject);
        }
    }

    /** Things that a noun phrase without relation tells from all others. */
    private List<Anchor> anchors() {
        var anchors = new ArrayList<Anchor>();
        var subjects = new ArrayList<>(finder.named());
        subjects.addAll(finder.coloured());
        for (var subject : subjects) {
            if (subject.clear() && subject.count() == 1) {
                var object = objects.get(subject.fits().indexOf(Truth.YES));
                if (object.wellSeen()) {
                    anchors.add(new Anchor(subject.singular(), object));
                }
            }
        }
        return anchors;
    }

    private void say(Subject subject, String topic, List<Truth> verdicts, String... texts) {
        finder.meant(subject, verdicts)
                .filter(ids -> ids.size() == 1)
                .ifPresent(
                        ids -> finder.add(Kind.RELATION, new Claim(topic, subject.count() > 1, List.of(texts), ids)));
    }

    private void superlatives(Subject subject) {
        if (subject.count() < 2) {
            return;
        }
        var s = subject.singular();
        most(
                subject,
                "leftmost",
                RelationRules.farthest(Side.LEFT),
                "the leftmost " + s,
                "the " + s + " on the far left",
                "the " + s + " furthest to the left");
        most(
                subject,
                "rightmost",
                RelationRules.farthest(Side.RIGHT),
                "the rightmost " + s,
                "the " + s + " on the far right",
                "the " + s + " furthest to the right");
        most(
                subject,
                "topmost",
                RelationRules.farthest(Side.ABOVE),
                "the topmost " + s,
                "the highest " + s,
                "the " + s + " at the top");
        most(
                subject,
                "bottom",
                RelationRules.farthest(Side.BELOW),
                "the lowest " + s,
                "the bottom " + s,
                "the " + s + " at the bottom");
        most(
                subject,
                "biggest",
                RelationRules.bigger(1.35),
                "the biggest " + s,
                "the largest " + s,
                "the " + s + " that is bigger than the others");
        most(
                subject,
                "smallest",
                RelationRules.smaller(1.35),
                "the smallest " + s,
                "the " + s + " that is smaller than the others");
        most(
                subject,
                "fastest",
                RelationRules.faster(),
                "the fastest " + s,
                "the " + s + " that moves fastest",
                "the " + s + " moving faster than the others");
        most(
                subject,
                "stops first",
                RelationRules.stopsBefore(),
                "the " + s + " that stops first",
                "the first " + s + " to stop");
        most(
                subject,
                "stops last",
                (object, rival, t) -> RelationRules.stopsBefore().clear(rival, object, t),
                "the " + s + " that stops last",
                "the last " + s + " to stop");
    }

    private void most(Subject subject, String topic, Margin margin, String... texts) {
        say(subject, topic, RelationRules.extreme(objects, subject.fits(), margin), texts);
    }

    private void toAnchor(Subject subject, Anchor anchor) {
        // the anchor itself must not be among those that are compared
        if (subject.fits().get(anchor.object().id() - 1) != Truth.NO && !subject.general()) {
            return;
        }
        var s = subject.singular();
        var r = anchor.name();
        side(subject, anchor, Side.LEFT, "left of", "to the left of", "on the left side of");
        side(subject, anchor, Side.RIGHT, "right of", "to the right of", "on the right side of");
        side(subject, anchor, Side.ABOVE, "above", "over", "higher than");
        side(subject, anchor, Side.BELOW, "below", "under", "lower than");
        if (subject.general()) {
            return;
        }
        if (subject.count() > 1) {
            most(
                    subject,
                    "closest",
                    RelationRules.nearer(anchor.object()),
                    "the " + s + " closest to the " + r,
                    "the " + s + " nearest to the " + r,
                    "the " + s + " next to the " + r);
            most(
                    subject,
                    "farthest",
                    RelationRules.farther(anchor.object()),
                    "the " + s + " farthest from the " + r,
                    "the " + s + " furthest away from the " + r);
        }
        var towards = objects.stream()
                .map(o -> RelationRules.approaches(o, anchor.object(), false))
                .toList();
        say(
                subject,
                "towards",
                towards,
                "the " + s + " that moves towards the " + r,
                "the " + s + " approaching the " + r,
                "the " + s + " moving towards the " + r);
        var away = objects.stream()
                .map(o -> RelationRules.approaches(o, anchor.object(), true))
                .toList();
        say(
                subject,
                "away",
                away,
                "the " + s + " that moves away from the " + r,
                "the " + s + " moving away from the " + r);
    }

    private void side(Subject subject, Anchor anchor, Side side, String... words) {
        var verdicts = objects.stream()
                .map(o -> o == anchor.object() ? Truth.NO : RelationRules.beside(o, anchor.object(), side))
                .toList();
        var texts = new ArrayList<String>();
        for (var word : words) {
            texts.add("the " + subject.singular() + " " + word + " the " + anchor.name());
        }
        say(subject, side.name(), verdicts, texts.toArray(String[]::new));
    }

    private void between(Subject subject) {
        var anchors = anchors();
        for (int i = 0; i < anchors.size(); i++) {
            for (int j = i + 1; j < anchors.size(); j++) {
                var one = anchors.get(i);
                var two = anchors.get(j);
                if (one.object() == two.object()
                        || subject.fits().get(one.object().id() - 1) != Truth.NO
                        || subject.fits().get(two.object().id() - 1) != Truth.NO) {
                    continue;
                }
                var verdicts = objects.stream()
                        .map(o -> RelationRules.between(o, one.object(), two.object()))
                        .toList();
                say(
                        subject,
                        "between",
                        verdicts,
                        "the " + subject.singular() + " between the " + one.name() + " and the " + two.name(),
                        "the " + subject.singular() + " in the middle between the " + two.name() + " and the "
                                + one.name());
            }
        }
    }
}
