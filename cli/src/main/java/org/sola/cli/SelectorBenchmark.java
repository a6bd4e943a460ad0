package org.sola.cli;

import ai.djl.Model;
import ai.djl.ndarray.NDManager;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import org.sola.selector.Selector;
import org.sola.selector.SelectorBlock;
import org.sola.selector.SelectorConfig;
import org.sola.tensor.Weights;
import org.sola.train.AdamW;
import org.sola.train.selector.SelectorLoss;
import org.sola.train.selector.SelectorStep;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code sola bench selector}: training steps and evaluation of the official selector. */
@Command(
        name = "selector",
        description = {
            "The official selector on 24 tracks and 12 words: seconds an expression.",
            "train-E-TF is a training step over E expressions of a video of F frames, eval-E-TF its evaluation. With "
                    + "--peer the official step in PyTorch runs in turn with ours. batch-VxE-TF is a step of V videos of "
                    + "up to F frames and 24 tracks, padded to the largest, in turn with V steps of one of them each."
        },
        footer = {
            "",
            "Examples:",
            "  sola bench selector --threads 1",
            "  sola bench selector --peer venv/bin/python --runs 5 --only train-8-T25,train-8-T100 --json"
        })
final class SelectorBenchmark extends Benchmark {
    private static final int TRACKS = 24;
    private static final int WORDS = 12;
    private static final int BATCH = 4;
    private static final int FEWER_TRACKS = 3; // from one video of a batch to the next
    private static final List<Integer> FRAMES = List.of(25, 50, 100);

    @Option(
            names = "--peer",
            paramLabel = "PYTHON",
            description = "A Python interpreter with PyTorch: measures bench/selector.py beside it.")
    private Optional<Path> python;

    @Option(names = "--only", paramLabel = "CASE", split = ",", description = "The cases to measure (default: all).")
    private List<String> only = List.of();

    @Mixin
    private SeedOption seed;

    SelectorBenchmark() {
        super(EngineOptions.withBfloat16());
    }

    /** A case: training or evaluation, V videos, E expressions of each, T frames. */
    private record Case(String kind, int videos, int expressions, int frames) {
        String name() {
            String count = videos == 1 ? "" : videos + "x";
            return kind + "-" + count + expressions + "-T" + frames;
        }
    }

    private List<Case> cases() {
        var all = new ArrayList<Case>();
        for (var kind : List.of("train", "eval")) {
            for (int expressions : List.of(1, 8)) {
                FRAMES.forEach(frames -> all.add(new Case(kind, 1, expressions, frames)));
            }
        }
        for (int expressions : List.of(1, 8)) {
            FRAMES.forEach(frames -> all.add(new Case("batch", BATCH, expressions, frames)));
        }
        var names = all.stream().map(Case::name).toList();
        for (var wanted : only) {
            if (!names.contains(wanted)) {
                throw new IllegalArgumentException("--only " + wanted + ": the cases are " + String.join(", ", names));
            }
        }
        return all.stream()
                .filter(c -> only.isEmpty() || only.contains(c.name()))
                .toList();
    }

    @Override
    List<BenchmarkRow> measure(Console console, Engines.Started started) throws IOException, InterruptedException {
        var cases = cases();
        var config = SelectorConfig.official();
        engine.precision().refusal(started.device()).ifPresent(why -> {
            throw new IllegalArgumentException("--precision bfloat16: " + why + "; leave the option out");
        });
        var rows = new ArrayList<BenchmarkRow>();
        try (var peer = python.isPresent()
                        ? BenchmarkPeer.start(python.get(), "selector.py", started.threads())
                        : null;
                var model = Model.newInstance("selector", started.device());
                var progress = console.progress("bench selector", cases.size())) {
            if (peer != null) {
                console.say("in turn with " + peer.name() + ", " + started.threads() + " threads each");
            }
            var manager = model.getNDManager();
            var block = SelectorBlock.of(config, initial(config, manager), engine.precision());
            model.setBlock(block);
            var adamw = new AdamW(block.trainable(), manager, 0.01, 1, 0);
            try (var step = SelectorStep.of(model, block, new SelectorLoss(), adamw, () -> 5e-6)) {
                for (var benchmarkCase : cases) {
                    rows.add(measure(benchmarkCase, step, manager, Optional.ofNullable(peer)));
                    progress.at(rows.size(), benchmarkCase.name());
                }
            }
        }
        return rows;
    }

    private BenchmarkRow measure(Case benchmarkCase, SelectorStep step, NDManager manager, Optional<BenchmarkPeer> peer)
            throws IOException, InterruptedException {
        int expressions = benchmarkCase.expressions();
        try (var own = manager.newSubManager()) {
            if (benchmarkCase.videos() > 1) {
                return measureBatch(benchmarkCase, step, own);
            }
            var sample = SelectorSample.batch(
                    own,
                    List.of(new SelectorSample(TRACKS, benchmarkCase.frames(), WORDS)),
                    expressions,
                    step.block().selector().config());
            var data = sample.data();
            var labels = sample.labels();
            PairedCase paired;
            if (benchmarkCase.kind().equals("train")) {
                var steps = new int[1];
                paired = new PairedCase(
                        benchmarkCase.name(),
                        expressions,
                        () -> step.train(data, labels, (int) seed.seed + steps[0]++));
            } else {
                Selector frozen = step.block().selector().frozen(own);
                paired = new PairedCase(benchmarkCase.name(), expressions, () -> step.evaluate(frozen, data, labels));
            }
            return paired.measure(runs, peer, benchmarkCase.kind() + " " + benchmarkCase.frames());
        }
    }

    /** One step of several videos against as many steps of one; neighbours in an epoch differ little in frames. */
    private BenchmarkRow measureBatch(Case benchmarkCase, SelectorStep step, NDManager manager)
            throws IOException, InterruptedException {
        var parts = new ArrayList<SelectorSample>();
        for (int v = 0; v < benchmarkCase.videos(); v++) {
            parts.add(new SelectorSample(TRACKS - FEWER_TRACKS * v, benchmarkCase.frames() - v, WORDS));
        }
        var config = step.block().selector().config();
        int expressions = benchmarkCase.expressions();
        var together = SelectorSample.batch(manager, parts, expressions, config);
        var apart = new ArrayList<SelectorSample.Arrays>();
        for (var part : parts) {
            apart.add(SelectorSample.batch(manager, List.of(part), expressions, config));
        }
        var steps = new int[1];
        return new PairedCase(
                        benchmarkCase.name(),
                        parts.size() * expressions,
                        () -> step.train(together.data(), together.labels(), (int) seed.seed + steps[0]++))
                .against(runs, "apart", () -> {
                    for (var one : apart) {
                        step.train(one.data(), one.labels(), (int) seed.seed + steps[0]++);
                    }
                });
    }

    private Weights initial(SelectorConfig config, NDManager manager) {
        var drawn = Weights.initialise(seed.seed, manager);
        Selector.of(config, drawn);
        var own = new LinkedHashMap<String, ai.djl.ndarray.NDArray>();
        drawn.used().forEach((name, array) -> own.put(name, array.duplicate()));
        return Weights.of("initial values", own);
    }
}
