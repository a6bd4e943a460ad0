package org.sola.parity;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.function.IntUnaryOperator;
import org.sola.metric.PairedComparison;
import org.sola.metric.Resampling;

/** A comparison of two methods: intervals, test, wins, and the random stream behind them. */
final class StatisticsRunner implements ParityRunner {
    @Override
    public boolean accepts(ParityCase parityCase) {
        return parityCase.json().has("resamples")
                && Files.isRegularFile(parityCase.folder().resolve("scores.json"));
    }

    @Override
    public void run(ParityCase parityCase, Checks checks) throws Exception {
        var tree = new ObjectMapper()
                .readTree(parityCase.folder().resolve("scores.json").toFile());
        var scores = new ArrayList<PairedComparison.Scores>();
        for (var row : tree.path("rows")) {
            scores.add(new PairedComparison.Scores(
                    row.get(0).asText(), row.get(2).asDouble(), row.get(3).asDouble()));
        }
        var want = tree.path("expected");
        var got =
                PairedComparison.of(scores, parityCase.json().path("resamples").asInt(), parityCase.seed());
        double tolerance = parityCase.json().path("atol").asDouble();
        checks.number("mean_a", got.meanA(), want.path("mean_a").asDouble(), tolerance);
        checks.number("mean_b", got.meanB(), want.path("mean_b").asDouble(), tolerance);
        checks.number(
                "difference_b_minus_a",
                got.difference(),
                want.path("difference_b_minus_a").asDouble(),
                tolerance);
        interval(checks, "ci95_a", got.intervalA(), want, tolerance);
        interval(checks, "ci95_b", got.intervalB(), want, tolerance);
        interval(checks, "ci95_difference", got.intervalDifference(), want, tolerance);
        checks.number(
                "p_sign_flip_two_sided",
                got.p(),
                want.path("p_sign_flip_two_sided").asDouble(),
                tolerance);
        checks.fact("wins_b", got.winsB() == want.path("wins_b").asInt());
        checks.fact("ties", got.ties() == want.path("ties").asInt());
        checks.fact("wins_a", got.winsA() == want.path("wins_a").asInt());
        int videos = (int)
                scores.stream().map(PairedComparison.Scores::video).distinct().count();
        var draws = new Resampling(videos, parityCase.seed());
        stream(checks, "first_bootstrap_indices", want, i -> draws.video(i / videos, i % videos));
        stream(checks, "first_signs", want, i -> draws.sign(i / videos, i % videos));
    }

    private static void interval(
            Checks checks, String name, PairedComparison.Interval got, JsonNode want, double tolerance) {
        checks.number(name + " low", got.low(), want.path(name).get(0).asDouble(), tolerance);
        checks.number(name + " high", got.high(), want.path(name).get(1).asDouble(), tolerance);
    }

    private static void stream(Checks checks, String name, JsonNode want, IntUnaryOperator draw) {
        boolean same = want.path(name).size() > 0;
        for (int i = 0; i < want.path(name).size(); i++) {
            same &= want.path(name).get(i).asInt() == draw.applyAsInt(i);
        }
        checks.fact(name, same);
    }
}
