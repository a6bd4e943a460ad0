package org.sola.demo;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class ExpressionWriterTest {
    private static final int VIDEOS = 80;
    private static final SceneConfig SMALL = SceneConfig.video().withSize(96, 96);
    private static final List<SceneTruth> TRUTHS = new ArrayList<>();

    @BeforeAll
    static void drawVideos() {
        for (int seed = 0; seed < VIDEOS; seed++) {
            var scene = SceneSampler.video(seed, SMALL);
            var truth = new SceneTruth(scene);
            var renderer = SceneRenderer.of(scene);
            for (int t = 0; t < scene.frames(); t++) {
                truth.add(t, renderer.render(t));
            }
            TRUTHS.add(truth);
        }
    }

    private static List<DemoExpression> write(SceneTruth truth, long stream) {
        return ExpressionWriter.write(new DemoRandom(stream), truth, 1);
    }

    @Test
    void everyKindComesUpAboutAsOften() {
        double mean = requireEveryKind(1);
        assertTrue(mean >= 6 && mean <= 11, mean + " expressions a video");
    }

    @Test
    void richVideosDoNotMostlySpeakOfWhatIsNotThere() {
        double mean = requireEveryKind(6);
        assertTrue(mean > 20, mean + " expressions a video");
    }

    /** Returns the mean number of expressions a video. */
    private static double requireEveryKind(int richness) {
        var counts = new EnumMap<DemoExpression.Kind, Integer>(DemoExpression.Kind.class);
        int total = 0;
        for (var truth : TRUTHS) {
            for (var expression : ExpressionWriter.write(new DemoRandom(1), truth, richness)) {
                counts.merge(expression.kind(), 1, Integer::sum);
                total++;
            }
        }
        for (var kind : DemoExpression.Kind.values()) {
            double share = counts.get(kind) / (double) total;
            assertTrue(share > 0.1 && share < 0.4, kind + " " + share);
        }
        return (double) total / VIDEOS;
    }

    @Test
    void everyMotionIsSpokenOf() {
        var seen = EnumSet.noneOf(MotionRule.class);
        for (var truth : TRUTHS) {
            for (var object : truth.objects()) {
                for (var rule : MotionRule.values()) {
                    if (rule.of(object) == Truth.YES) {
                        seen.add(rule);
                    }
                }
            }
        }
        assertEquals(EnumSet.allOf(MotionRule.class), seen);
    }

    @Test
    void aSentenceMeansTheSameWheneverItIsSaidOfAVideo() {
        for (int i = 0; i < TRUTHS.size(); i += 3) {
            var meanings = new HashMap<String, List<Integer>>();
            for (int stream = 0; stream < 6; stream++) {
                for (var expression : write(TRUTHS.get(i), stream)) {
                    var before = meanings.putIfAbsent(expression.text(), expression.objects());
                    assertTrue(
                            before == null || before.equals(expression.objects()),
                            "seed " + i + ": \"" + expression.text() + "\" means " + before + " and "
                                    + expression.objects());
                }
            }
        }
    }

    @Test
    void whatASentenceMeansIsCalledByItsNounAndInItsColour() {
        for (int seed = 0; seed < VIDEOS; seed++) {
            var objects = TRUTHS.get(seed).objects();
            for (var expression : write(TRUTHS.get(seed), 2)) {
                var fitting = new ArrayList<Integer>();
                for (var object : objects) {
                    if (expression.text().equals("the " + name(object))
                            || expression.text().equals("the " + colouredName(object))) {
                        fitting.add(object.id());
                    }
                }
                // a bare name is said only of the only one, and never of nothing when there is one
                if (!fitting.isEmpty()) {
                    assertEquals(fitting, expression.objects(), "seed " + seed + ": " + expression.text());
                    assertEquals(DemoExpression.Kind.APPEARANCE, expression.kind());
                }
            }
        }
    }

    private static String name(ObjectTruth object) {
        return Subject.noun(object.look()).orElse("?");
    }

    private static String colouredName(ObjectTruth object) {
        return object.look().colour().map(NamedColour::word).orElse("?") + " " + name(object);
    }

    @Test
    void theObjectsMeantAreSeen() {
        for (int seed = 0; seed < VIDEOS; seed++) {
            var objects = TRUTHS.get(seed).objects();
            for (var expression : write(TRUTHS.get(seed), 3)) {
                for (int id : expression.objects()) {
                    assertTrue(objects.get(id - 1).framesSeen() >= 3, "seed " + seed + ": " + expression);
                }
            }
        }
    }
}
