package org.sola.evaluate;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntConsumer;
import org.sola.dataset.DatasetException;
import org.sola.dataset.Expression;
import org.sola.dataset.ReferringDataset;
import org.sola.dataset.ReferringVideo;
import org.sola.mask.Rle;

/**
 * Scores predictions against a data set's truth: J and F per expression as DAVIS defines them, means over expressions.
 *
 * <p>An expression that means nothing is scored by the same rule (a frame where both sides are empty counts 1); one
 * without any prediction counts 0; a prediction that is there but broken fails its expression. Expressions are scored in
 * parallel; the result does not depend on the number of threads.
 */
public final class Evaluation {
    private final ReferringDataset dataset;
    private final Predictions predictions;
    private final Optional<TrackPool> pool;
    private final long seed;
    private final int threads;

    private Evaluation(
            ReferringDataset dataset, Predictions predictions, Optional<TrackPool> pool, long seed, int threads) {
        this.dataset = dataset;
        this.predictions = predictions;
        this.pool = pool;
        this.seed = seed;
        this.threads = threads;
    }

    /** Evaluates {@code predictions} on one thread, without the rows that need tracks. */
    public static Evaluation of(ReferringDataset dataset, Predictions predictions) {
        return new Evaluation(dataset, predictions, Optional.empty(), 1, 1);
    }

    /** Adds track recall and the oracle, all-tracks and random rows; {@code seed} draws the random track. */
    public Evaluation withTracks(TrackPool tracks, long seed) {
        return new Evaluation(dataset, predictions, Optional.of(tracks), seed, threads);
    }

    public Evaluation withThreads(int count) {
        return new Evaluation(dataset, predictions, pool, seed, count);
    }

    /** What the expressions of one video share, made by the first that needs it. */
    private final class VideoTruth {
        private final ReferringVideo video;
        private FrameSize size;
        private List<List<Rle>> tracks;

        VideoTruth(ReferringVideo video) {
            this.video = video;
        }

        synchronized FrameSize size() throws IOException {
            if (size == null) {
                size = FrameSize.of(video);
            }
            return size;
        }

        synchronized List<List<Rle>> tracks() throws IOException {
            if (tracks == null) {
                tracks = pool.orElseThrow().tracks(video);
                for (var track : tracks) {
                    if (track.size() != video.frameNames().size()) {
                        throw new DatasetException("video " + video.id() + ": the token cache has " + track.size()
                                + " frames, the data set " + video.frameNames().size()
                                + "; run precompute again on this data set");
                    }
                }
            }
            return tracks;
        }
    }

    /** One piece of work: an expression's row, or the coverage of a video's objects. */
    private record Job<T>(String name, Future<T> future) {}

    /**
     * Scores everything.
     *
     * @param scored told after each expression how many are done
     */
    public EvaluationResult run(IntConsumer scored) throws InterruptedException {
        var done = new AtomicInteger();
        var rows = new ArrayList<Job<ExpressionResult>>();
        var recalls = new ArrayList<Job<List<ObjectCoverage>>>();
        var workers = Executors.newFixedThreadPool(threads, work -> {
            var thread = new Thread(work, "evaluation");
            thread.setDaemon(true);
            return thread;
        });
        try {
            for (var video : dataset.videos()) {
                var truth = new VideoTruth(video);
                for (var expression : video.expressions()) {
                    rows.add(new Job<>("video " + video.id() + ", expression " + expression.id(), workers.submit(() -> {
                        var row = score(truth, expression);
                        scored.accept(done.incrementAndGet());
                        return row;
                    })));
                }
                if (pool.isPresent()) {
                    recalls.add(new Job<>("video " + video.id(), workers.submit(() -> coverages(truth))));
                }
            }
            var failures = new ArrayList<String>();
            dataset.problems().forEach(problem -> failures.add(problem.toString()));
            var results = collect(rows, failures);
            var objects =
                    collect(recalls, failures).stream().flatMap(List::stream).toList();
            var coverage = objects.isEmpty() ? Optional.<TrackCoverage>empty() : Optional.of(TrackCoverage.of(objects));
            return new EvaluationResult(results, coverage, failures);
        } finally {
            workers.shutdownNow();
        }
    }

    private static <T> List<T> collect(List<Job<T>> jobs, List<String> failures) throws InterruptedException {
        var results = new ArrayList<T>();
        var byReason = new LinkedHashMap<String, List<String>>();
        for (var job : jobs) {
            try {
                results.add(job.future().get());
            } catch (ExecutionException e) {
                if (e.getCause() instanceof Error error) {
                    throw error;
                }
                byReason.computeIfAbsent(String.valueOf(e.getCause().getMessage()), key -> new ArrayList<>())
                        .add(job.name());
            }
        }
        for (Map.Entry<String, List<String>> reason : byReason.entrySet()) {
            var names = reason.getValue();
            failures.add(names.get(0) + (names.size() > 1 ? " and " + (names.size() - 1) + " more" : "") + ": "
                    + reason.getKey());
        }
        return results;
    }

    private ExpressionResult score(VideoTruth shared, Expression expression) throws IOException {
        var video = shared.video;
        var size = shared.size();
        var counted = CountedPixels.of(dataset, video, expression, size);
        var truth = counted.of(dataset.truth(video, expression, size.height(), size.width()));
        var predicted = predictions
                .masks(video, expression, size.height(), size.width())
                .map(counted::of);
        var quality = predicted.isPresent() ? Quality.of(predicted.get(), truth) : Quality.ZERO;
        return new ExpressionResult(
                video.id(),
                expression.id(),
                expression.text(),
                expression.kind(),
                truth.stream().anyMatch(mask -> !mask.isEmpty()),
                predicted.isPresent(),
                predicted.isPresent() && predicted.get().stream().allMatch(Rle::isEmpty),
                quality,
                pool.isPresent() ? Optional.of(poolQuality(shared, expression, truth)) : Optional.empty());
    }

    private PoolQuality poolQuality(VideoTruth shared, Expression expression, List<Rle> truth) throws IOException {
        var counted = CountedPixels.of(dataset, shared.video, expression, shared.size());
        var tracks = shared.tracks().stream().map(counted::of).toList();
        var nothing = Collections.nCopies(
                truth.size(), Rle.empty(truth.get(0).height(), truth.get(0).width()));
        var oracle = OracleSelection.best(tracks, truth);
        var random = new SplittableRandom(seed * 31 + (shared.video.id() + "/" + expression.id()).hashCode());
        var drawn = tracks.isEmpty() ? nothing : tracks.get(random.nextInt(tracks.size()));
        return new PoolQuality(
                Quality.of(TrackUnion.of(oracle.stream().map(tracks::get).toList(), nothing), truth),
                oracle,
                Quality.of(TrackUnion.of(tracks, nothing), truth),
                Quality.of(drawn, truth));
    }

    private List<ObjectCoverage> coverages(VideoTruth shared) throws IOException {
        var size = shared.size();
        var coverages = new ArrayList<ObjectCoverage>();
        for (String id : shared.video.annotationIds()) {
            var truth = dataset.annotation(shared.video, id, size.height(), size.width());
            coverages.add(ObjectCoverage.of(shared.tracks(), truth));
        }
        return coverages;
    }
}
