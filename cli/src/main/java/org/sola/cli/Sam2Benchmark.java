package org.sola.cli;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.sola.bench.BenchmarkCase;
import org.sola.bench.Sam2Cases;
import org.sola.bench.Sam2Networks;
import org.sola.bench.Stopwatch;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code sola bench sam2}: the parts of SAM 2 at official size. */
@Command(
        name = "sam2",
        description = {
            "The parts of SAM 2 at official size, an image of 1024 x 1024 or a frame at a time.",
            "The image encoder of each size; memory attention with 1, 2 and 7 memories; prompt encoder and mask decoder;",
            "memory encoder; automatic masks of 16 x 16 and 32 x 32 points without the encoder; 1, 4 and 16 objects",
            "tracked with all memories. Each row has the case's peak memory, tracking also the bytes an object."
        },
        footer = {
            "",
            "Examples:",
            "  sola bench sam2 --threads 1",
            "  sola bench sam2 --case memory-attention-7 --case sam-heads --runs 9 --json"
        })
final class Sam2Benchmark extends Benchmark {
    private static final String SHARED_PARTS = "sam2.1-hiera-tiny";

    @Option(names = "--case", paramLabel = "NAME", description = "Only this case; may be given again (default: all).")
    private List<String> cases = List.of();

    @Option(
            names = "--model",
            paramLabel = "NAME|FILE",
            description = "A SAM 2 checkpoint (default: random weights, which take the same time).")
    private Optional<String> model;

    @Option(
            names = "--on-request",
            description = "Read case names from standard input, a line each, and answer each with one run as a line of"
                    + " JSON: for a script that takes turns with another program. A name after \"close \" frees"
                    + " that case.")
    private boolean onRequest;

    @Mixin
    private OutOfSight hidden;

    /** For tests: networks of official make but small input. */
    private static final class OutOfSight {
        @Option(names = "--image-size", hidden = true)
        private Optional<Integer> imageSize;
    }

    Sam2Benchmark() {
        super(EngineOptions.withBfloat16());
    }

    @Override
    List<BenchmarkRow> measure(Console console, Engines.Started started) throws IOException, InterruptedException {
        var networks = networks(started);
        if (onRequest) {
            answer(networks);
            return List.of();
        }
        var wanted = cases.isEmpty() ? Sam2Cases.names() : cases;
        var rows = new ArrayList<BenchmarkRow>();
        try (var progress = console.progress("bench sam2", wanted.size())) {
            for (String name : wanted) {
                rows.add(measure(name, networks));
                progress.at(rows.size(), name);
            }
        }
        return rows;
    }

    private Sam2Networks networks(Engines.Started started) throws IOException {
        String size = SHARED_PARTS;
        Optional<Path> checkpoint = Optional.empty();
        if (model.isPresent()) {
            var files = ModelCatalogue.open().sam2(model.get());
            size = files.name();
            checkpoint = Optional.of(files.checkpoint());
        }
        return new Sam2Networks(
                ProjectHome.modelConfigs(), size, checkpoint, hidden.imageSize, started.device(), started.precision());
    }

    private BenchmarkRow measure(String name, Sam2Networks networks) throws IOException, InterruptedException {
        try (var opened = Sam2Cases.open(name, networks)) {
            Stopwatch.resetPeakMemory();
            opened.run();
            var times = new ArrayList<Stopwatch.Time>();
            for (int i = 0; i < runs; i++) {
                stopIfInterrupted();
                times.add(Stopwatch.time(opened));
            }
            var facts = new LinkedHashMap<String, Object>();
            facts.put(
                    "cpu_seconds",
                    BenchmarkRow.median(
                            times.stream().map(Stopwatch.Time::cpuSeconds).toList()));
            Stopwatch.peakResidentBytes().ifPresent(bytes -> facts.put("peak_rss", bytes));
            facts.putAll(opened.facts());
            return new BenchmarkRow(
                    name, times.stream().map(Stopwatch.Time::seconds).toList(), facts);
        }
    }

    /** One run a line of input, until its end; a case stays set up until it is closed. */
    private void answer(Sam2Networks networks) throws IOException {
        var out = spec.commandLine().getOut();
        var opened = new LinkedHashMap<String, BenchmarkCase>();
        try (var in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8))) {
            for (String line = in.readLine(); line != null; line = in.readLine()) {
                var words = line.strip().split(" ");
                String name = words[words.length - 1];
                if (words.length > 1) {
                    Optional.ofNullable(opened.remove(name)).ifPresent(BenchmarkCase::close);
                    continue;
                }
                if (!opened.containsKey(name)) {
                    var fresh = Sam2Cases.open(name, networks);
                    fresh.run();
                    opened.put(name, fresh);
                }
                Stopwatch.resetPeakMemory();
                var time = Stopwatch.time(opened.get(name));
                out.println(answer(name, time, opened.get(name).facts()));
            }
        } finally {
            opened.values().forEach(BenchmarkCase::close);
        }
    }

    private static String answer(String name, Stopwatch.Time time, Map<String, Object> facts) {
        var text = new StringBuilder(String.format(
                Locale.ROOT,
                "{\"case\": \"%s\", \"seconds\": %.6f, \"cpu_seconds\": %.6f",
                name,
                time.seconds(),
                time.cpuSeconds()));
        Stopwatch.peakResidentBytes()
                .ifPresent(bytes -> text.append(", \"peak_rss\": ").append(bytes));
        facts.forEach(
                (fact, value) -> text.append(", \"").append(fact).append("\": ").append(value));
        return text.append('}').toString();
    }
}
