package org.sola.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.sola.evaluate.BenchmarkScore;
import org.sola.evaluate.Evaluation;
import org.sola.evaluate.EvaluationResult;
import org.sola.evaluate.PromptRecall;
import org.sola.infer.ExpressionScores;
import org.sola.infer.Submission;
import org.sola.infer.TrackSelection;
import org.sola.precompute.TokenCache;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Which predictions are scored against which truth. */
final class EvaluationOptions {
    @Option(names = "--data", required = true, paramLabel = "DIR", description = "A split with masks.")
    Path data;

    @Option(names = "--pred", required = true, paramLabel = "DIR", description = "Masks as VIDEO/EXPRESSION/FRAME.png.")
    Path predictions;

    @Option(names = "--cache", paramLabel = "DIR", description = "The token cache that the selection chose from.")
    Optional<Path> cache;

    @Option(
            names = "--prompts",
            paramLabel = "CACHE",
            description = "A token cache made with other prompts, to compare recall and cost; may be given again.")
    private List<Path> prompts = List.of();

    @Mixin
    private ThreadOption threads;

    @Mixin
    private SeedOption seed;

    /** Scores the predictions. */
    EvaluationResult evaluate(Console console) throws InterruptedException {
        int workers = threads.count();
        if (!Files.isDirectory(predictions)) {
            throw new IllegalArgumentException("--pred " + predictions + " is no folder; 'sola infer' makes one");
        }
        var dataset = Datasets.withTruth(data);
        long expressions = dataset.counts().get("expressions");
        console.say("scoring " + expressions + " expressions of "
                + dataset.videos().size() + " videos in " + data + " on " + workers + " threads");
        var evaluation = Evaluation.of(dataset, Submission.at(predictions)).withThreads(workers);
        if (cache.isPresent()) {
            var tokens = TokenCache.open(cache.get());
            evaluation = evaluation.withTracks(
                    video -> TrackSelection.masksOf(TrackSelection.tracksForInference(tokens.read(video.id()))),
                    seed.seed);
        }
        try (var progress = console.progress("eval", expressions)) {
            return evaluation.run(done -> progress.at(done, ""));
        }
    }

    /** What the prompts of the caches find and cost: of --cache first, then of each --prompts; none without --prompts. */
    List<PromptRecall> prompts() throws IOException {
        var rows = new ArrayList<PromptRecall>();
        if (!prompts.isEmpty()) {
            var caches = new ArrayList<Path>();
            cache.ifPresent(caches::add);
            caches.addAll(prompts);
            var dataset = Datasets.withTruth(data);
            for (var folder : caches) {
                rows.add(PromptRecall.of(dataset, TokenCache.open(folder)));
            }
        }
        return rows;
    }

    /** What the data set's own protocol reports beyond that, where it has one. */
    Optional<BenchmarkScore> benchmark() throws IOException {
        var dataset = Datasets.withTruth(data).withFrames();
        return dataset.videos().isEmpty()
                ? Optional.empty()
                : BenchmarkScore.of(dataset, Submission.at(predictions), ExpressionScores.in(predictions));
    }
}
