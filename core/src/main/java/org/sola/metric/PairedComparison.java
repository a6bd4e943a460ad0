package org.sola.metric;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.TreeMap;
import org.apache.commons.math3.stat.descriptive.rank.Percentile;

/**
 * Two methods on the same expressions. The unit that is resampled is the video with all its expressions, since those
 * depend on each other. Scores are shares in 0..1.
 *
 * @param meanA mean of A over expressions
 * @param meanB mean of B over expressions
 * @param intervalA 95 % bootstrap interval of A
 * @param intervalB the same of B
 * @param difference B less A
 * @param intervalDifference 95 % interval of the difference, on the same resamples
 * @param p two-sided p of a sign-flip test over videos
 * @param winsB expressions where B is better by more than a tie
 * @param ties expressions within {@link #TIE}
 * @param winsA expressions where A is better by more than a tie
 */
public record PairedComparison(
        double meanA,
        double meanB,
        Interval intervalA,
        Interval intervalB,
        double difference,
        Interval intervalDifference,
        double p,
        int winsB,
        int ties,
        int winsA) {
    /** A tenth of a point: differences up to it are ties. */
    public static final double TIE = 0.001;

    private static final double ROUNDING = 1e-12;

    /** The scores of one expression. */
    public record Scores(String video, double a, double b) {}

    /** Both ends of an interval. */
    public record Interval(double low, double high) {
        private static Interval of95Percent(double[] values) {
            var percentile = new Percentile().withEstimationType(Percentile.EstimationType.R_7);
            percentile.setData(values);
            return new Interval(percentile.evaluate(2.5), percentile.evaluate(97.5));
        }
    }

    /** What a video adds up to. */
    private record VideoSums(int expressions, double a, double b) {
        static VideoSums of(Collection<Scores> scores) {
            return new VideoSums(
                    scores.size(),
                    scores.stream().mapToDouble(Scores::a).sum(),
                    scores.stream().mapToDouble(Scores::b).sum());
        }
    }

    /** Compares; {@code rounds} resamples and sign flips are drawn with {@code seed}. */
    public static PairedComparison of(List<Scores> scores, int rounds, long seed) {
        var byVideo = new TreeMap<String, List<Scores>>();
        for (var each : scores) {
            byVideo.computeIfAbsent(each.video(), key -> new ArrayList<>()).add(each);
        }
        var videos = byVideo.values().stream().map(VideoSums::of).toList();
        var draws = new Resampling(videos.size(), seed);
        var a = new double[rounds];
        var b = new double[rounds];
        var differences = new double[rounds];
        for (int r = 0; r < rounds; r++) {
            int n = 0;
            double sumA = 0;
            double sumB = 0;
            for (int i = 0; i < videos.size(); i++) {
                var drawn = videos.get(draws.video(r, i));
                n += drawn.expressions();
                sumA += drawn.a();
                sumB += drawn.b();
            }
            a[r] = sumA / n;
            b[r] = sumB / n;
            differences[r] = (sumB - sumA) / n;
        }
        double meanA = videos.stream().mapToDouble(VideoSums::a).sum() / scores.size();
        double meanB = videos.stream().mapToDouble(VideoSums::b).sum() / scores.size();
        return new PairedComparison(
                meanA,
                meanB,
                Interval.of95Percent(a),
                Interval.of95Percent(b),
                meanB - meanA,
                Interval.of95Percent(differences),
                signFlip(videos, draws, scores.size(), rounds),
                (int) scores.stream().filter(each -> each.b() - each.a() > TIE).count(),
                (int) scores.stream()
                        .filter(each -> Math.abs(each.b() - each.a()) <= TIE)
                        .count(),
                (int) scores.stream().filter(each -> each.a() - each.b() > TIE).count());
    }

    private static double signFlip(List<VideoSums> videos, Resampling draws, int expressions, int rounds) {
        double observed =
                videos.stream().mapToDouble(each -> each.b() - each.a()).sum() / expressions;
        int asFar = 0;
        for (int r = 0; r < rounds; r++) {
            double sum = 0;
            for (int i = 0; i < videos.size(); i++) {
                sum += draws.sign(r, i) * (videos.get(i).b() - videos.get(i).a());
            }
            asFar += Math.abs(sum / expressions) >= Math.abs(observed) - ROUNDING ? 1 : 0;
        }
        return (1.0 + asFar) / (rounds + 1.0);
    }

    /** Holm's correction: the p of several comparisons so that they may be read together, in the given order. */
    public static List<Double> holm(List<Double> ps) {
        var order = new ArrayList<Integer>();
        for (int i = 0; i < ps.size(); i++) {
            order.add(i);
        }
        order.sort(Comparator.comparing(ps::get));
        var adjusted = new Double[ps.size()];
        double most = 0;
        for (int rank = 0; rank < order.size(); rank++) {
            most = Math.max(most, Math.min(1, (ps.size() - rank) * ps.get(order.get(rank))));
            adjusted[order.get(rank)] = most;
        }
        return List.of(adjusted);
    }
}
