package org.sola.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.sola.dataset.MevisDataset;
import org.sola.demo.DemoDataset;
import org.sola.demo.SceneConfig;
import org.sola.file.Folders;
import org.sola.precompute.PrecomputeListener;
import org.sola.precompute.ProcessMemory;
import org.sola.precompute.TrackedVideo;
import org.sola.precompute.VideoSource;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code sola bench}: the project's benchmarks by name. */
@Command(
        name = "bench",
        description = {
            "Measures a part of the program: a warm-up, then the median, least and most of N runs.",
            "precompute: a demo video of 24 frames from frames to tracks, whole and by stage."
        },
        footer = {"", "Examples:", "  sola bench precompute", "  sola bench precompute --runs 5 --threads 2 --json"})
final class BenchCommand extends SolaCommand {
    private static final int FRAMES = 24;

    @Parameters(paramLabel = "NAME", description = "The benchmark: precompute.")
    private String name;

    @Option(
            names = "--runs",
            paramLabel = "N",
            defaultValue = "3",
            description = "Runs that count (default: ${DEFAULT-VALUE}).")
    private int runs;

    @Mixin
    private TrackerOptions tracker;

    @Mixin
    private EngineOptions engine;

    @Mixin
    private SeedOption seed;

    @Override
    int run(Console console) throws IOException, InterruptedException {
        if (!name.equals("precompute")) {
            throw new IllegalArgumentException("no benchmark is called \"" + name + "\"; there is: precompute");
        }
        if (runs < 1) {
            throw new IllegalArgumentException("--runs " + runs + ": at least 1");
        }
        var started = Engines.start(engine);
        var rows = precompute(console, started);
        console.result(String.format("%-26s %9s %9s %9s %4s", "case", "seconds", "min", "max", "n"));
        for (var row : rows) {
            console.result(String.format(
                    Locale.ROOT,
                    "%-26s %9.3f %9.3f %9.3f %4d",
                    row.get("case"),
                    row.get("seconds"),
                    row.get("min"),
                    row.get("max"),
                    row.get("n")));
        }
        var document = new LinkedHashMap<String, Object>();
        document.put("bench", name);
        document.put("threads", started.threads());
        document.put("precision", "float32");
        document.put("device", started.device().toString());
        document.put("rows", rows);
        console.json(document);
        return Failures.DONE;
    }

    private List<Map<String, Object>> precompute(Console console, Engines.Started started)
            throws IOException, InterruptedException {
        var folder = Files.createTempDirectory("sola-bench");
        try (var network = tracker.open(started.device(), false, folder)) {
            var scene = SceneConfig.video().withFrames(FRAMES, FRAMES);
            DemoDataset.generate(folder, new DemoDataset.Request(seed.seed, 1, "bench", scene, 1, 1), (done, of) -> {});
            var dataset = MevisDataset.open(folder.resolve("bench"));
            var source = VideoSource.of(dataset, dataset.videos().get(0));
            var costs = new ArrayList<TrackedVideo.Cost>();
            int tracks = 0;
            try (var progress = console.progress("bench precompute", runs + 1L)) {
                for (int i = 0; i <= runs; i++) {
                    if (Thread.interrupted()) {
                        throw new InterruptedException("stopped in run " + i);
                    }
                    var tracked = network.tracker().track(source, PrecomputeListener.NONE);
                    tracks = tracked.tracks().tracks().size();
                    if (i > 0) {
                        costs.add(tracked.cost());
                    }
                    progress.at(i + 1L, "");
                }
            }
            console.say(network.name() + ", " + network.recipeName() + ": " + FRAMES + " frames, " + tracks
                    + " tracks, peak memory "
                    + ProcessMemory.peakResidentBytes().orElse(0) / 1_000_000 + " MB");
            return List.of(
                    row("video-" + FRAMES + "-frames", costs.stream().mapToDouble(TrackedVideo.Cost::seconds)),
                    row("encode", costs.stream().mapToDouble(TrackedVideo.Cost::encodeSeconds)),
                    row("prompt", costs.stream().mapToDouble(TrackedVideo.Cost::promptSeconds)),
                    row("propagate", costs.stream().mapToDouble(TrackedVideo.Cost::propagateSeconds)));
        } finally {
            Folders.delete(folder);
        }
    }

    private static Map<String, Object> row(String name, java.util.stream.DoubleStream seconds) {
        var sorted = seconds.sorted().toArray();
        int half = sorted.length / 2;
        double median = sorted.length % 2 == 1 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2;
        var row = new LinkedHashMap<String, Object>();
        row.put("case", name);
        row.put("seconds", median);
        row.put("min", Arrays.stream(sorted).min().orElse(0));
        row.put("max", Arrays.stream(sorted).max().orElse(0));
        row.put("n", sorted.length);
        return row;
    }
}
