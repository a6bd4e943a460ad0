package org.sola.cli;

import ai.djl.ndarray.NDManager;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.sola.bench.CutieFollowing;
import org.sola.cutie.CutieConfig;
import org.sola.cutie.CutieSettings;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code sola bench cutie}: objects followed by Cutie, frame by frame. */
@Command(
        name = "cutie",
        description = {
            "Cutie at base size: seconds a frame with a full working memory, encoding included.",
            "objects-K follows K objects. Weights are by formula; the time does not depend on them. With --peer the "
                    + "published implementation, which must be on PYTHONPATH, runs in turn with ours."
        },
        footer = {
            "",
            "Examples:",
            "  sola bench cutie --threads 1",
            "  PYTHONPATH=Cutie sola bench cutie --threads 1 --peer venv/bin/python --only objects-1 --json"
        })
final class CutieBenchmark extends Benchmark {
    private static final List<String> CASES = List.of("objects-1", "objects-3");
    private static final double SHARE_SLACK = 1e-3;

    @Option(
            names = "--peer",
            paramLabel = "PYTHON",
            description = "A Python interpreter with PyTorch: measures bench/cutie_peer.py beside it.")
    private Optional<Path> python;

    @Option(names = "--only", paramLabel = "CASE", split = ",", description = "The cases to measure (default: all).")
    private List<String> only = List.of();

    @Option(
            names = "--height",
            paramLabel = "N",
            defaultValue = "480",
            description = "Rows of the frames (default: ${DEFAULT-VALUE}).")
    private int height;

    @Option(
            names = "--width",
            paramLabel = "N",
            defaultValue = "864",
            description = "Columns (default: ${DEFAULT-VALUE}).")
    private int width;

    @Override
    List<BenchmarkRow> measure(Console console, Engines.Started started) throws IOException, InterruptedException {
        if (height < 64 || width < 64 || height > 2048 || width > 2048) {
            throw new IllegalArgumentException(
                    "--height and --width are from 64 to 2048, not " + height + ", " + width);
        }
        for (var wanted : only) {
            if (!CASES.contains(wanted)) {
                throw new IllegalArgumentException("--only " + wanted + ": the cases are " + String.join(", ", CASES));
            }
        }
        var cases = only.isEmpty() ? CASES : only;
        var rows = new ArrayList<BenchmarkRow>();
        var peer = python.isPresent()
                ? Optional.of(BenchmarkPeer.start(python.get(), "cutie_peer.py", started.threads()))
                : Optional.<BenchmarkPeer>empty();
        try (var manager = NDManager.newBaseManager(started.device());
                var progress = console.progress("bench cutie", cases.size())) {
            peer.ifPresent(other -> console.say("beside " + other.name()));
            var config = CutieConfig.read(ProjectHome.modelConfigs().resolve("cutie-base.yaml"));
            var cutie = CutieFollowing.network(config, manager);
            for (String name : cases) {
                int objects = Integer.parseInt(name.substring(name.indexOf('-') + 1));
                try (var following =
                        new CutieFollowing(cutie, CutieSettings.official(), manager, objects, height, width)) {
                    String peerCase = name + " " + height + " " + width;
                    if (peer.isPresent()) {
                        double theirs = Double.parseDouble(peer.get().answer(peerCase)[2]);
                        check(name, following.checkedShare(), theirs);
                    }
                    rows.add(new PairedCase(name, CutieFollowing.PERIOD, following::run).measure(runs, peer, peerCase));
                }
                progress.at(rows.size(), name);
            }
        } finally {
            if (peer.isPresent()) {
                peer.get().close();
            }
        }
        return rows;
    }

    private static void check(String name, double ours, double theirs) throws IOException {
        if (!(Math.abs(ours - theirs) <= SHARE_SLACK)) {
            throw new IOException(name + ": the first object's mean share is " + ours + " here and " + theirs
                    + " in the peer, so the two do not do the same");
        }
    }
}
