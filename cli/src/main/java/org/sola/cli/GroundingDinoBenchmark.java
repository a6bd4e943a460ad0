package org.sola.cli;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.NDScope;
import ai.djl.ndarray.types.Shape;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.sola.bench.Stopwatch;
import org.sola.groundingdino.GroundingDino;
import org.sola.groundingdino.ImageMemory;
import org.sola.layer.Observer;
import org.sola.tensor.EngineMemory;
import org.sola.tensor.FormulaWeights;
import org.sola.tensor.Weights;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code sola bench groundingdino}: an image with its first caption, and a further caption on the same image. */
@Command(
        name = "groundingdino",
        description = {
            "Grounding DINO on one image: encoding it and finding its first caption, then a further caption alone.",
            "Without --weights they are random; the time does not depend on them."
        },
        footer = {
            "",
            "Examples:",
            "  sola bench groundingdino --threads 1",
            "  sola bench groundingdino --height 480 --width 640 --weights groundingdino_swint_ogc.pth --json"
        })
final class GroundingDinoBenchmark extends Benchmark {
    private static final long[] CAPTION = {101, 1037, 4937, 1012, 1037, 2417, 3899, 1012, 102}; // a cat . a red dog .
    private static final String NAME = "groundingdino-swint-ogc";

    @Option(
            names = "--weights",
            paramLabel = "FILE",
            description = "A checkpoint, official or the transformers library's.")
    private Optional<Path> weights;

    @Option(
            names = "--height",
            paramLabel = "N",
            defaultValue = "800",
            description = "Rows (default: ${DEFAULT-VALUE}).")
    private int height;

    @Option(
            names = "--width",
            paramLabel = "N",
            defaultValue = "1333",
            description = "Columns (default: ${DEFAULT-VALUE}).")
    private int width;

    @Option(
            names = "--on-request",
            description =
                    "Answer each line of standard input with one run as a line of JSON: for a script that takes turns"
                            + " with another program.")
    private boolean onRequest;

    @Override
    List<BenchmarkRow> measure(Console console, Engines.Started started) throws IOException, InterruptedException {
        if (height < 32 || width < 32 || height > 4096 || width > 4096) {
            throw new IllegalArgumentException(
                    "--height and --width are from 32 to 4096, not " + height + ", " + width);
        }
        try (var manager = NDManager.newBaseManager(started.device())) {
            var config = GroundingDinoFiles.config(NAME);
            var network = weights.isPresent()
                    ? GroundingDino.ofCheckpoint(config, Weights.open(weights.get(), manager))
                    : GroundingDino.of(config, Weights.initialise(1, manager));
            var image = EngineMemory.of(
                    manager,
                    FormulaWeights.values("bench.image", 3 * height * width, 0, 0, 2),
                    new Shape(1, 3, height, width));
            if (onRequest) {
                answer(network, image);
                return List.of();
            }
            var turns = new ArrayList<Turn>();
            try (var progress = console.progress("bench groundingdino", runs + 1L)) {
                turn(network, image);
                for (int i = 0; i < runs; i++) {
                    progress.at(i + 1L, "");
                    stopIfInterrupted();
                    turns.add(turn(network, image));
                }
            }
            String size = "-" + height + "x" + width;
            return List.of(row("first" + size, turns, Turn::first), row("further" + size, turns, Turn::further));
        }
    }

    /** An image with its first caption, and a further one. */
    private record Turn(Stopwatch.Time first, Stopwatch.Time further) {}

    private static Turn turn(GroundingDino network, NDArray image) {
        try (var scope = new NDScope()) {
            scope.suppressNotUsedWarning();
            var encoded = new ArrayList<ImageMemory>();
            var first = Stopwatch.time(() -> {
                encoded.add(network.encodeImage(image, Observer.NONE));
                find(network, encoded.get(0));
            });
            var further = Stopwatch.time(() -> find(network, encoded.get(0)));
            return new Turn(first, further);
        }
    }

    private static BenchmarkRow row(String name, List<Turn> turns, Function<Turn, Stopwatch.Time> part) {
        var times = turns.stream().map(part).toList();
        return new BenchmarkRow(
                name,
                times.stream().map(Stopwatch.Time::seconds).toList(),
                Map.of(
                        "cpu_seconds",
                        BenchmarkRow.median(
                                times.stream().map(Stopwatch.Time::cpuSeconds).toList())));
    }

    /** A turn for each line of input, whatever it says. */
    private void answer(GroundingDino network, NDArray image) throws IOException {
        var out = spec.commandLine().getOut();
        var json = new ObjectMapper();
        try (var in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8))) {
            while (in.readLine() != null) {
                var turn = turn(network, image);
                out.println(json.writeValueAsString(
                        Map.of("first", inJson(turn.first()), "further", inJson(turn.further()))));
            }
        }
    }

    private static Map<String, Double> inJson(Stopwatch.Time time) {
        return Map.of("seconds", time.seconds(), "cpu_seconds", time.cpuSeconds());
    }

    private static void find(GroundingDino network, ImageMemory image) {
        try (var text = network.encodeText(image.rows().getManager(), CAPTION, Observer.NONE);
                var output = network.detect(image, text, Observer.NONE)) {
            output.boxes().toFloatArray(); // waits for the device
        }
    }
}
