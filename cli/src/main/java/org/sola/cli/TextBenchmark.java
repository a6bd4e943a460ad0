package org.sola.cli;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.sola.bench.Stopwatch;
import org.sola.tensor.SafetensorsWriter;
import org.sola.text.TextTokens;
import org.sola.text.TransformerTextEncoder;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code sola bench text}: a text encoder over many expressions, together and one by one. */
@Command(
        name = "text",
        description = {
            "A text encoder over 64 expressions, one by one and in one call.",
            "The expressions are the lines of bench/expressions.txt; seconds are for all of them."
        },
        footer = {
            "",
            "Examples:",
            "  sola bench text --text-encoder all-roberta-large-v1 --threads 1",
            "  sola bench text --text-encoder published/roberta --runs 5 --json"
        })
final class TextBenchmark extends Benchmark {
    private static final String TOGETHER = "batch-";
    private static final String ONE_BY_ONE = "one-by-one-";

    @Option(
            names = "--text-encoder",
            paramLabel = "NAME|DIR",
            defaultValue = ModelCatalogue.BUILT_IN,
            description = "The text encoder, by name or the folder of its published files (default: ${DEFAULT-VALUE}).")
    private String encoder;

    @Option(
            names = "--tokens",
            paramLabel = "FILE",
            description = "Also write the text tokens, an array an expression, as .safetensors, to compare them.")
    private Optional<Path> tokens;

    @Option(
            names = "--on-request",
            description = "Read case names from standard input, a line each, and answer each with one run as a line of"
                    + " JSON: for a script that takes turns with another program.")
    private boolean onRequest;

    @Override
    List<BenchmarkRow> measure(Console console, Engines.Started started) throws IOException, InterruptedException {
        var expressions = Files.readAllLines(ProjectHome.path().resolve("bench/expressions.txt"));
        var files = TextFiles.named(ModelCatalogue.open(), encoder);
        console.say("encoding " + expressions.size() + " expressions with " + files.name());
        try (var network = files.openPlain(started.device())) {
            if (onRequest) {
                answer(network, expressions);
                return List.of();
            }
            var rows = new ArrayList<BenchmarkRow>();
            for (String name : List.of(ONE_BY_ONE + expressions.size(), TOGETHER + expressions.size())) {
                run(name, network, expressions);
                var times = new ArrayList<Stopwatch.Time>();
                for (int i = 0; i < runs; i++) {
                    stopIfInterrupted();
                    times.add(run(name, network, expressions));
                }
                rows.add(row(name, times));
            }
            return rows;
        }
    }

    private void answer(TransformerTextEncoder network, List<String> expressions) throws IOException {
        var out = spec.commandLine().getOut();
        try (var in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8))) {
            for (String line = in.readLine(); line != null; line = in.readLine()) {
                var time = run(line.strip(), network, expressions);
                out.println(new ObjectMapper()
                        .writeValueAsString(Map.of(
                                "case", line.strip(), "seconds", time.seconds(), "cpu_seconds", time.cpuSeconds())));
            }
        }
    }

    private static BenchmarkRow row(String name, List<Stopwatch.Time> times) {
        double processor = BenchmarkRow.median(
                times.stream().map(Stopwatch.Time::cpuSeconds).toList());
        return new BenchmarkRow(
                name, times.stream().map(Stopwatch.Time::seconds).toList(), Map.of("cpu_seconds", processor));
    }

    /** What one run costs. */
    private Stopwatch.Time run(String name, TransformerTextEncoder network, List<String> expressions)
            throws IOException {
        network.forget();
        var encoded = new ArrayList<TextTokens>();
        Stopwatch.Time time;
        if (name.startsWith(TOGETHER)) {
            time = Stopwatch.time(() -> encoded.addAll(network.encodeAll(expressions)));
        } else if (name.startsWith(ONE_BY_ONE)) {
            time = Stopwatch.time(() -> expressions.forEach(expression -> encoded.add(network.encode(expression))));
        } else {
            throw new IllegalArgumentException("no case is called \"" + name + "\"; there are " + ONE_BY_ONE
                    + expressions.size() + " and " + TOGETHER + expressions.size());
        }
        if (tokens.isPresent()) {
            write(tokens.get(), encoded);
        }
        return time;
    }

    private static void write(Path file, List<TextTokens> encoded) throws IOException {
        var writer = new SafetensorsWriter();
        for (int i = 0; i < encoded.size(); i++) {
            var one = encoded.get(i);
            var rows = new float[one.words() * one.dimension()];
            one.copyTo(rows, 0);
            writer.add(Integer.toString(i), rows, one.words(), one.dimension());
        }
        writer.write(file);
    }
}
