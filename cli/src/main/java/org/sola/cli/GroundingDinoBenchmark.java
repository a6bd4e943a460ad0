package org.sola.cli;

import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.NDScope;
import ai.djl.ndarray.types.Shape;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
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
            var first = new ArrayList<Double>();
            var further = new ArrayList<Double>();
            try (var progress = console.progress("bench groundingdino", runs + 1L)) {
                for (int i = 0; i <= runs; i++) {
                    stopIfInterrupted();
                    try (var scope = new NDScope()) {
                        scope.suppressNotUsedWarning();
                        long start = System.nanoTime();
                        try (var encoded = network.encodeImage(image, Observer.NONE)) {
                            find(network, encoded, manager);
                            long middle = System.nanoTime();
                            find(network, encoded, manager);
                            if (i > 0) {
                                first.add((middle - start) / 1e9);
                                further.add((System.nanoTime() - middle) / 1e9);
                            }
                        }
                    }
                    progress.at(i + 1L, "");
                }
            }
            String size = "-" + height + "x" + width;
            return List.of(new BenchmarkRow("first" + size, first), new BenchmarkRow("further" + size, further));
        }
    }

    private static void find(GroundingDino network, ImageMemory image, NDManager manager) {
        try (var text = network.encodeText(manager, CAPTION, Observer.NONE);
                var output = network.detect(image, text, Observer.NONE)) {
            output.boxes().toFloatArray(); // waits for the device
        }
    }
}
