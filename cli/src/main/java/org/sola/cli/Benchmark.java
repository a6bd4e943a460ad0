package org.sola.cli;

import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import org.sola.precompute.ProcessMemory;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/**
 * One of {@code sola bench}'s benchmarks: a subclass says what is measured, this class how it is told. To add one, write
 * a subclass with a command's name and list it in {@link BenchCommand}.
 */
abstract class Benchmark extends SolaCommand {
    @Option(
            names = "--runs",
            order = 80,
            paramLabel = "N",
            defaultValue = "3",
            description = "Runs that count (default: ${DEFAULT-VALUE}).")
    int runs;

    @Mixin
    final EngineOptions engine;

    /** Of networks that compute in float32. */
    Benchmark() {
        this(new EngineOptions());
    }

    /** Of networks that compute in what these options allow. */
    Benchmark(EngineOptions engine) {
        this.engine = engine;
    }

    /** Measures; progress and remarks go to the console, rows come back. */
    abstract List<BenchmarkRow> measure(Console console, Engines.Started started)
            throws IOException, InterruptedException;

    @Override
    final int run(Console console) throws IOException, InterruptedException {
        if (runs < 1) {
            throw new IllegalArgumentException("--runs " + runs + ": at least 1");
        }
        var started = Engines.start(engine);
        var rows = measure(console, started);
        if (rows.isEmpty()) {
            return Failures.DONE; // it was told row by row
        }
        console.result(String.format("%-26s %9s %9s %9s %4s", "case", "seconds", "min", "max", "n"));
        for (var row : rows) {
            console.result(line(row));
        }
        var document = new LinkedHashMap<String, Object>();
        document.put("bench", spec.name());
        document.put("threads", started.threads());
        document.put("precision", engine.precision().name().toLowerCase(Locale.ROOT));
        document.put("device", started.device().toString());
        document.put("peak_rss", ProcessMemory.peakResidentBytes().orElse(0));
        document.put("rows", rows.stream().map(BenchmarkRow::toJson).toList());
        console.json(document);
        return Failures.DONE;
    }

    private static String line(BenchmarkRow row) {
        String more = row.more().entrySet().stream()
                .map(Benchmark::inWords)
                .collect(Collectors.joining(", ", row.more().isEmpty() ? "" : "  ", ""));
        return String.format(
                Locale.ROOT,
                "%-26s %9.4f %9.4f %9.4f %4d%s",
                row.name(),
                row.median(),
                row.least(),
                row.most(),
                row.seconds().size(),
                more);
    }

    private static String inWords(Map.Entry<String, Object> entry) {
        return entry.getKey().replace('_', ' ') + " " + entry.getValue();
    }

    /** To be asked between runs, so that an interrupted benchmark ends. */
    static void stopIfInterrupted() throws InterruptedException {
        if (Thread.interrupted()) {
            throw new InterruptedException("stopped between two runs");
        }
    }
}
