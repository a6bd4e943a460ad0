package org.sola.evaluate;

import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.sola.metric.PairedComparison;
import org.sola.metric.SignedRank;

/**
 * Two sets of predictions on the expressions that both answered. What is resampled and tested is the video with all its
 * expressions, since those depend on each other.
 *
 * @param pairs the expressions in common, in the data set's order
 * @param problems what could not be compared, a line each: videos that one side lacks, predictions of another size
 * @param overall all of them
 * @param kinds by kind of expression, as far as the data set says
 * @param rounds bootstrap resamples
 */
public record Comparison(
        List<Pair> pairs, List<String> problems, Summary overall, Map<String, Summary> kinds, int rounds) {
    public Comparison {
        pairs = List.copyOf(pairs);
        problems = List.copyOf(problems);
        kinds = Collections.unmodifiableMap(new LinkedHashMap<>(kinds));
    }

    /** One expression, answered by both. */
    public record Pair(ExpressionResult a, ExpressionResult b) {
        /** J&amp;F of b less that of a, -1 to 1. */
        public double difference() {
            return b.quality().combined() - a.quality().combined();
        }
    }

    /**
     * Some of the expressions, compared.
     *
     * @param expressions how many
     * @param videos of how many videos
     * @param a mean quality of the first
     * @param b of the second
     * @param paired J&amp;F side by side: intervals, sign-flip test, wins, ties and losses
     * @param wilcoxon two-sided p of the signed-rank test over the videos' mean differences
     */
    public record Summary(int expressions, int videos, Quality a, Quality b, PairedComparison paired, double wilcoxon) {
        /** The difference as scripts read it, b less a, in points. */
        public Map<String, Object> difference() {
            var document = new LinkedHashMap<String, Object>();
            document.put("J", Quality.percent(b.regionSimilarity() - a.regionSimilarity()));
            document.put("F", Quality.percent(b.boundaryAccuracy() - a.boundaryAccuracy()));
            document.put("JF", Quality.percent(paired.difference()));
            document.put("ci95", interval(paired.intervalDifference()));
            document.put("p_wilcoxon", wilcoxon);
            document.put("p_sign_flip", paired.p());
            return document;
        }

        /** J, F, JF and its interval of the first in percent. */
        public Map<String, Object> first() {
            return side(a, paired.intervalA());
        }

        /** The same of the second. */
        public Map<String, Object> second() {
            return side(b, paired.intervalB());
        }

        private static Map<String, Object> side(Quality quality, PairedComparison.Interval interval) {
            var document = quality.percentages();
            document.put("ci95", interval(interval));
            return document;
        }

        private static List<Object> interval(PairedComparison.Interval interval) {
            return List.of(Quality.percent(interval.low()), Quality.percent(interval.high()));
        }
    }

    /**
     * Matches two evaluations of the same data set.
     *
     * @param nameA what messages call the first
     * @param nameB and the second
     * @throws IllegalArgumentException when they have no expression in common
     */
    public static Comparison of(
            EvaluationResult a, EvaluationResult b, String nameA, String nameB, int rounds, long seed) {
        var ofB = new HashMap<String, ExpressionResult>();
        b.rows().stream().filter(ExpressionResult::isPredicted).forEach(row -> ofB.put(key(row), row));
        var pairs = new ArrayList<Pair>();
        for (var row : a.rows()) {
            if (row.isPredicted() && ofB.containsKey(key(row))) {
                pairs.add(new Pair(row, ofB.get(key(row))));
            }
        }
        var problems = new ArrayList<String>();
        a.failures().stream().map(failure -> nameA + ": " + failure).forEach(problems::add);
        b.failures().stream().map(failure -> nameB + ": " + failure).forEach(problems::add);
        missing(a, nameA, problems);
        missing(b, nameB, problems);
        if (pairs.isEmpty()) {
            throw new IllegalArgumentException(nameA + " and " + nameB + " have no expression of the data set in common"
                    + problems.stream()
                            .findFirst()
                            .map(first -> "; the first problem: " + first)
                            .orElse(""));
        }
        return new Comparison(pairs, problems, summary(pairs, rounds, seed), kinds(pairs, rounds, seed), rounds);
    }

    private static String key(ExpressionResult row) {
        return row.video() + "/" + row.expression();
    }

    private static void missing(EvaluationResult result, String name, List<String> problems) {
        var perVideo = new LinkedHashMap<String, Integer>();
        result.missing().forEach(row -> perVideo.merge(row.video(), 1, Integer::sum));
        perVideo.forEach((video, count) -> problems.add(name + " has no prediction for " + count + " of "
                + result.videos().get(video).size() + " expressions of video " + video));
    }

    /** The same with other problems. */
    public Comparison withProblems(List<String> others) {
        return new Comparison(pairs, others, overall, kinds, rounds);
    }

    private static Map<String, Summary> kinds(List<Pair> pairs, int rounds, long seed) {
        var kinds = new TreeMap<String, List<Pair>>();
        for (var pair : pairs) {
            if (!pair.a().kind().isEmpty()) {
                kinds.computeIfAbsent(pair.a().kind(), kind -> new ArrayList<>())
                        .add(pair);
            }
        }
        var summaries = new LinkedHashMap<String, Summary>();
        kinds.forEach((kind, members) -> summaries.put(kind, summary(members, rounds, seed)));
        return summaries;
    }

    private static Summary summary(List<Pair> members, int rounds, long seed) {
        var perVideo = new LinkedHashMap<String, List<Pair>>();
        members.forEach(pair -> perVideo.computeIfAbsent(pair.a().video(), video -> new ArrayList<>())
                .add(pair));
        var differences = perVideo.values().stream()
                .mapToDouble(own ->
                        own.stream().mapToDouble(Pair::difference).average().orElseThrow())
                .toArray();
        var scores = members.stream()
                .map(pair -> new PairedComparison.Scores(
                        pair.a().video(),
                        pair.a().quality().combined(),
                        pair.b().quality().combined()))
                .toList();
        return new Summary(
                members.size(),
                perVideo.size(),
                Quality.mean(members.stream().map(pair -> pair.a().quality()).toList()),
                Quality.mean(members.stream().map(pair -> pair.b().quality()).toList()),
                PairedComparison.of(scores, rounds, seed),
                SignedRank.p(differences));
    }

    /** The expressions on which they differ most, either side's best in turn, one a video. */
    public List<Pair> disagreements(int count) {
        var order = Comparator.comparingDouble(Pair::difference);
        var chosen = new ArrayList<Pair>();
        for (int n = 0; n < count; n++) {
            boolean isB = n % 2 == 0;
            pairs.stream()
                    .filter(pair -> isB ? pair.difference() > 0 : pair.difference() < 0)
                    .filter(pair -> chosen.stream()
                            .noneMatch(
                                    other -> other.a().video().equals(pair.a().video())))
                    .min(isB ? order.reversed() : order)
                    .ifPresent(chosen::add);
        }
        return List.copyOf(chosen);
    }
}
