package org.sola.evaluate;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.sola.dataset.ReferringDataset;
import org.sola.metric.SentenceMetrics;
import org.sola.submission.DavisResults;

/**
 * What a benchmark reports beyond J and F per expression.
 *
 * @param name the protocol's name, the key in the document
 * @param document its values, in percent
 * @param lines its values as lines for people
 */
public record BenchmarkScore(String name, Map<String, Object> document, List<String> lines) {
    public BenchmarkScore {
        lines = List.copyOf(lines);
    }

    /** The score by the data set's own protocol; empty where that is the mean over expressions, or a server's. */
    public static Optional<BenchmarkScore> of(
            ReferringDataset dataset, Predictions predictions, DavisResults.Scores scores) throws IOException {
        return switch (dataset.layout()) {
            case MEVIS, REF_YOUTUBE_VOS -> Optional.empty();
            case REF_DAVIS -> Optional.of(davis(DavisEvaluation.of(dataset, predictions, scores)));
            case A2D_SENTENCES, JHMDB_SENTENCES ->
                Optional.of(sentences(SentenceMetrics.of(SentenceEvaluation.samples(dataset, predictions, scores))));
        };
    }

    private static BenchmarkScore davis(DavisEvaluation evaluation) {
        return new BenchmarkScore(
                "davis",
                evaluation.document(),
                List.of(
                        line(
                                "DAVIS unsupervised, mean of 4 annotators",
                                DavisEvaluation.mean(evaluation.unsupervised())),
                        line("direct, proposal k against object k", DavisEvaluation.mean(evaluation.direct()))));
    }

    private static String line(String name, Quality quality) {
        return String.format(
                Locale.ROOT,
                "%s: J %.2f, F %.2f, J&F %.2f",
                name,
                quality.regionSimilarity() * 100,
                quality.boundaryAccuracy() * 100,
                quality.combined() * 100);
    }

    private static BenchmarkScore sentences(SentenceMetrics metrics) {
        var lines = new ArrayList<String>();
        SentenceEvaluation.document(metrics).forEach((name, value) -> lines.add(name + ": " + value));
        return new BenchmarkScore("sentences", SentenceEvaluation.document(metrics), lines);
    }
}
