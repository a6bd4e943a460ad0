package org.sola.demo;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.sola.demo.DemoExpression.Kind;

/**
 * Everything clear that can be said about a video, by kind. A claim is kept only if the verdict on every object is clear
 * and those of which it holds are as many as its grammar says.
 */
final class ClaimFinder {
    /**
     * Something that could be said.
     *
     * @param topic what it is about, to choose different ones
     * @param needed whether the noun alone would not have told the object
     * @param texts ways to say it
     * @param objects ids of the objects meant
     */
    record Claim(String topic, boolean needed, List<String> texts, List<Integer> objects) {}

    private final DemoRandom random;
    private final SceneTruth truth;
    private final List<ObjectTruth> objects;
    private final Map<Kind, List<Claim>> claims = new EnumMap<>(Kind.class);
    private final List<Subject> named;
    private final List<Subject> coloured = new ArrayList<>();
    private final Subject anything;

    private ClaimFinder(DemoRandom random, SceneTruth truth) {
        this.random = random;
        this.truth = truth;
        this.objects = truth.objects();
        for (var kind : Kind.values()) {
            claims.put(kind, new ArrayList<>());
        }
        this.named = objects.stream()
                .filter(o -> !o.neverSeen() && Subject.noun(o.look()).isPresent())
                .map(o -> Subject.named(
                        Subject.noun(o.look()).orElseThrow(),
                        Subject.pluralNoun(o.look()).orElseThrow(),
                        objects))
                .distinct()
                .toList();
        for (var o : objects) {
            if (!o.neverSeen()
                    && o.look().colour().isPresent()
                    && Subject.noun(o.look()).isPresent()) {
                var subject = Subject.coloured(
                        o.look().colour().orElseThrow(),
                        Subject.noun(o.look()).orElseThrow(),
                        Subject.pluralNoun(o.look()).orElseThrow(),
                        objects);
                if (!coloured.contains(subject)) {
                    coloured.add(subject);
                }
            }
        }
        var words =
                random.pick(List.of(List.of("one", "ones"), List.of("object", "objects"), List.of("thing", "things")));
        this.anything = Subject.anything(words.get(0), words.get(1), objects);
    }

    static Map<Kind, List<Claim>> find(DemoRandom random, SceneTruth truth) {
        var finder = new ClaimFinder(random, truth);
        finder.appearance();
        finder.motion();
        new RelationFinder(finder).find();
        finder.pairs();
        new AbsenceFinder(finder).find();
        return finder.claims;
    }

    DemoRandom random() {
        return random;
    }

    SceneTruth truth() {
        return truth;
    }

    List<ObjectTruth> objects() {
        return objects;
    }

    List<Subject> named() {
        return named;
    }

    List<Subject> coloured() {
        return coloured;
    }

    Subject anything() {
        return anything;
    }

    /** Noun phrases for statements about what objects do or where they are. */
    List<Subject> subjects() {
        var subjects = new ArrayList<Subject>(named);
        subjects.addAll(coloured);
        subjects.add(anything);
        for (var pair : List.of(List.of("animal", "animals"), List.of("vehicle", "vehicles"))) {
            var subject = Subject.category(pair.get(0), pair.get(1), objects);
            if (subject.count() > 0) {
                subjects.add(subject);
            }
        }
        return subjects;
    }

    void add(Kind kind, Claim claim) {
        claims.get(kind).add(claim);
    }

    /** Ids of those that fit, or nothing if some verdict is unclear. */
    Optional<List<Integer>> meant(Subject subject, List<Truth> verdicts) {
        var ids = new ArrayList<Integer>();
        for (int i = 0; i < objects.size(); i++) {
            var verdict = subject.fits().get(i).and(verdicts.get(i));
            if (verdict == Truth.UNCLEAR) {
                return Optional.empty();
            }
            if (verdict == Truth.YES) {
                ids.add(i + 1);
            }
        }
        return Optional.of(List.copyOf(ids));
    }

    /** The same, if all of them are seen long enough to be recognised; an empty list otherwise. */
    private List<Integer> recognised(Subject subject, List<Truth> verdicts) {
        return meant(subject, verdicts)
                .filter(ids -> ids.stream().allMatch(id -> objects.get(id - 1).recognisable()))
                .orElse(List.of());
    }

    private List<Truth> present() {
        return objects.stream().map(o -> o.neverSeen() ? Truth.NO : Truth.YES).toList();
    }

    private void appearance() {
        var subjects = new ArrayList<Subject>(named);
        subjects.addAll(coloured);
        if (!truth.hasScenery()) {
            for (var colour : NamedColour.values()) {
                var word = random.pick(List.of(List.of("one", "ones"), List.of("object", "objects")));
                subjects.add(Subject.anythingIn(colour, word.get(0), word.get(1), objects));
            }
        }
        for (var subject : subjects) {
            var ids = recognised(subject, present());
            if (ids.size() == 1) {
                add(Kind.APPEARANCE, new Claim(subject.singular(), true, single(subject), ids));
            } else if (ids.size() > 1) {
                add(Kind.PLURAL, new Claim("all", true, all(subject, ids.size()), ids));
            }
        }
        for (var subject : named) {
            sized(subject, "big", "large", RelationRules.bigger(1.45));
            sized(subject, "small", "little", RelationRules.smaller(1.45));
        }
    }

    private static List<String> single(Subject subject) {
        return List.of("the " + subject.singular());
    }

    private void sized(Subject subject, String word, String synonym, RelationRules.Margin margin) {
        var verdicts = RelationRules.extreme(objects, subject.fits(), margin);
        var ids = recognised(subject, verdicts);
        if (ids.size() == 1) {
            var texts = List.of("the " + word + " " + subject.singular(), "the " + synonym + " " + subject.singular());
            add(Kind.APPEARANCE, new Claim("size", true, texts, ids));
        }
    }

    private static List<String> all(Subject subject, int count) {
        var texts = new ArrayList<String>();
        texts.add("the " + number(count) + " " + subject.plural());
        texts.add("all the " + subject.plural());
        texts.add(count == 2 ? "both " + subject.plural() : "all " + number(count) + " " + subject.plural());
        return texts;
    }

    static String number(int count) {
        return switch (count) {
            case 2 -> "two";
            case 3 -> "three";
            case 4 -> "four";
            case 5 -> "five";
            case 6 -> "six";
            default -> Integer.toString(count);
        };
    }

    private void motion() {
        for (var rule : MotionRule.values()) {
            var verdicts = objects.stream().map(rule::of).toList();
            for (var subject : subjects()) {
                // a wall stands still too, and may be called an object
                if (subject.general() && rule == MotionRule.STILL && truth.hasScenery()) {
                    continue;
                }
                var meant = meant(subject, verdicts);
                if (meant.isEmpty()) {
                    continue;
                }
                var ids = meant.get();
                if (ids.size() == 1) {
                    add(Kind.MOTION, new Claim(rule.name(), subject.count() > 1, Wording.does(subject, rule), ids));
                } else if (ids.size() > 1) {
                    boolean everyone = ids.size() == subject.count();
                    var texts = Wording.doTogether(subject, rule, ids.size(), everyone);
                    add(Kind.PLURAL, new Claim(rule.name(), !everyone, texts, ids));
                } else if (subject.count() > 0 && !subject.general()) {
                    add(Kind.NONE, new Claim("motion", true, Wording.does(subject, rule), ids));
                }
            }
        }
    }

    /** Two things of different kinds named together. */
    private void pairs() {
        for (int i = 0; i < named.size(); i++) {
            for (int j = i + 1; j < named.size(); j++) {
                var one = recognised(named.get(i), present());
                var two = recognised(named.get(j), present());
                if (one.size() == 1 && two.size() == 1) {
                    var ids = List.of(Math.min(one.get(0), two.get(0)), Math.max(one.get(0), two.get(0)));
                    var a = named.get(i).singular();
                    var b = named.get(j).singular();
                    var texts = List.of("the " + a + " and the " + b, "the " + b + " and the " + a);
                    add(Kind.PLURAL, new Claim("pair", false, texts, ids));
                }
            }
        }
    }
}
