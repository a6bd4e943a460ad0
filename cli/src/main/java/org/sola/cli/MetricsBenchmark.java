package org.sola.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ForkJoinPool;
import java.util.stream.IntStream;
import org.sola.file.Folders;
import org.sola.mask.Mask;
import org.sola.metric.BoundaryAccuracy;
import org.sola.metric.RegionSimilarity;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code sola bench metrics}: J and F of many masks. */
@Command(
        name = "metrics",
        description = {
            "J and F of DAVIS on pairs of masks, on all threads: seconds a pair.",
            "jf-480p are masks of 480x854, jf-1080p of 1080x1920. With --peer the published evaluation's way with "
                    + "OpenCV and scikit-image runs in turn on the same masks, and must agree."
        },
        footer = {"", "Examples:", "  sola bench metrics", "  sola bench metrics --peer venv/bin/python --runs 5 --json"
        })
final class MetricsBenchmark extends Benchmark {
    private static final int WARM_UPS = 20;
    private static final double TOLERANCE = 1e-6;

    @Option(
            names = "--peer",
            paramLabel = "PYTHON",
            description = "A Python interpreter with opencv-python-headless and scikit-image: measures "
                    + "bench/metrics.py beside it.")
    private Optional<Path> python;

    @Mixin
    private SeedOption seed;

    private record Pair(Mask prediction, Mask truth) {}

    private record Sums(double region, double boundary) {
        Sums plus(Sums other) {
            return new Sums(region + other.region, boundary + other.boundary);
        }
    }

    @Override
    List<BenchmarkRow> measure(Console console, Engines.Started started) throws IOException, InterruptedException {
        var folder = Files.createTempDirectory("sola-bench");
        var rows = new ArrayList<BenchmarkRow>();
        try (var peer =
                python.isPresent() ? BenchmarkPeer.start(python.get(), "metrics.py", started.threads()) : null) {
            if (peer != null) {
                console.say("in turn with " + peer.name() + ", " + started.threads() + " threads each");
            }
            rows.add(measure(new Case("jf-480p", 200, 480, 854), folder, started.threads(), Optional.ofNullable(peer)));
            rows.add(measure(
                    new Case("jf-1080p", 40, 1080, 1920), folder, started.threads(), Optional.ofNullable(peer)));
            return rows;
        } finally {
            Folders.delete(folder);
        }
    }

    /** So many pairs of masks of one size. */
    private record Case(String name, int pairs, int height, int width) {}

    private BenchmarkRow measure(Case size, Path folder, int threads, Optional<BenchmarkPeer> peer)
            throws IOException, InterruptedException {
        var pairs = pairs(size);
        var file = folder.resolve(size.name());
        try (var out = Files.newOutputStream(file)) {
            for (var pair : pairs) {
                out.write(pair.prediction().toBytes());
                out.write(pair.truth().toBytes());
            }
        }
        var request = String.format(Locale.ROOT, "jf %s %d %d %d", file, size.pairs(), size.height(), size.width());
        var pool = new ForkJoinPool(threads);
        try {
            if (peer.isPresent()) {
                requireAgreement(size, score(pairs, pool), peer.get().answer(request));
            }
            for (int i = 0; i < WARM_UPS; i++) {
                stopIfInterrupted();
                score(pairs, pool); // until the virtual machine has compiled it
            }
            return new PairedCase(size.name(), size.pairs(), () -> score(pairs, pool)).measure(runs, peer, request);
        } finally {
            pool.shutdown();
        }
    }

    private static Sums score(List<Pair> pairs, ForkJoinPool pool) throws IOException {
        try {
            return pool.submit(() -> pairs.parallelStream()
                            .map(pair -> new Sums(
                                    RegionSimilarity.of(pair.prediction(), pair.truth()),
                                    BoundaryAccuracy.of(pair.prediction(), pair.truth())))
                            .reduce(new Sums(0, 0), Sums::plus))
                    .get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("stopped while scoring", e);
        } catch (ExecutionException e) {
            throw new IOException(e.getCause());
        }
    }

    private static void requireAgreement(Case size, Sums ours, String... theirs) throws IOException {
        int pairs = size.pairs();
        double region = Double.parseDouble(theirs[2]);
        double boundary = Double.parseDouble(theirs[3]);
        if (Math.abs(ours.region() / pairs - region) > TOLERANCE
                || Math.abs(ours.boundary() / pairs - boundary) > TOLERANCE) {
            throw new IOException("the two disagree: J " + ours.region() / pairs + " and " + region + ", F "
                    + ours.boundary() / pairs + " and " + boundary);
        }
    }

    /** Wavy blobs that cover a tenth of the frame or so, the prediction a little off. */
    private List<Pair> pairs(Case size) {
        int height = size.height();
        int width = size.width();
        var random = new Random(seed.seed);
        return IntStream.range(0, size.pairs())
                .mapToObj(i -> {
                    double x = width * (0.3 + 0.4 * random.nextDouble());
                    double y = height * (0.3 + 0.4 * random.nextDouble());
                    double radius = height * (0.12 + 0.15 * random.nextDouble());
                    double shift = height * 0.02 * random.nextDouble();
                    double phase = 6 * random.nextDouble();
                    return new Pair(
                            blob(height, width, x + shift, y, radius * 1.03, phase + 0.1),
                            blob(height, width, x, y, radius, phase));
                })
                .toList();
    }

    private static Mask blob(int height, int width, double x, double y, double size, double phase) {
        return Mask.of(height, width, (row, column) -> {
            double dy = row - y;
            double dx = column - x;
            double wave = 1 + 0.2 * Math.sin(7 * Math.atan2(dy, dx) + phase);
            return dx * dx + dy * dy < size * size * wave * wave;
        });
    }
}
