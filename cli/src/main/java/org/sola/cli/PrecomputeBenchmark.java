package org.sola.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.function.ToDoubleFunction;
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

/** {@code sola bench precompute}: a demo video from frames to tracks. */
@Command(
        name = "precompute",
        description = "A demo video of 24 frames from frames to tracks, whole and by stage.",
        footer = {"", "Examples:", "  sola bench precompute", "  sola bench precompute --runs 5 --threads 2 --json"})
final class PrecomputeBenchmark extends Benchmark {
    private static final int FRAMES = 24;

    @Mixin
    private TrackerOptions tracker;

    @Mixin
    private SeedOption seed;

    PrecomputeBenchmark() {
        super(EngineOptions.withBfloat16());
    }

    @Override
    List<BenchmarkRow> measure(Console console, Engines.Started started) throws IOException, InterruptedException {
        var folder = Files.createTempDirectory("sola-bench");
        try (var network = tracker.open(started, false, folder)) {
            var scene = SceneConfig.video().withFrames(FRAMES, FRAMES);
            DemoDataset.generate(folder, new DemoDataset.Request(seed.seed, 1, "bench", scene, 1, 1), (done, of) -> {});
            var dataset = MevisDataset.open(folder.resolve("bench"));
            var source = VideoSource.of(dataset, dataset.videos().get(0));
            var costs = new ArrayList<TrackedVideo.Cost>();
            int tracks = 0;
            try (var progress = console.progress("bench precompute", runs + 1L)) {
                for (int i = 0; i <= runs; i++) {
                    stopIfInterrupted();
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
                    row("video-" + FRAMES + "-frames", costs, TrackedVideo.Cost::seconds),
                    row("encode", costs, TrackedVideo.Cost::encodeSeconds),
                    row("prompt", costs, TrackedVideo.Cost::promptSeconds),
                    row("propagate", costs, TrackedVideo.Cost::propagateSeconds));
        } finally {
            Folders.delete(folder);
        }
    }

    private static BenchmarkRow row(
            String name, List<TrackedVideo.Cost> costs, ToDoubleFunction<TrackedVideo.Cost> part) {
        return new BenchmarkRow(name, costs.stream().mapToDouble(part).boxed().toList());
    }
}
