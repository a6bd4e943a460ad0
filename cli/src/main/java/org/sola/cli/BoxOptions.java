package org.sola.cli;

import ai.djl.ndarray.NDManager;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.sola.detector.BoxDetectorConfig;
import org.sola.detector.DetectorCheckpoint;
import org.sola.file.Sha256;
import org.sola.groundingdino.DetectionRule;
import org.sola.groundingdino.GroundingDinoDetector;
import org.sola.precompute.BoxFile;
import org.sola.precompute.BoxSource;
import org.sola.precompute.DetectorBoxes;
import org.sola.precompute.GroundingDinoBoxes;
import org.sola.sam2.Sam2Config;
import picocli.CommandLine.Option;

/** Whether and where boxes to prompt with come from. */
final class BoxOptions {
    private static final String SMALL = "detector-nano";
    private static final String JSON = ".json";
    private static final String WEIGHTS = ".safetensors";

    @Option(
            names = "--boxes",
            paramLabel = "NAME|FILE",
            description = {
                "Also prompt with boxes: of detector-nano, which ships and finds anything in the small SAM 2's features; of",
                "groundingdino-swint-ogc, which looks for what each expression names and is to be fetched; or of any",
                "detector from a JSON file (docs/boxes.md)."
            })
    private Optional<String> boxes;

    @Option(names = "--no-grid", description = "Prompt with boxes alone, without the grid of points.")
    private boolean noGrid;

    @Option(
            names = "--boxes-weights",
            paramLabel = "FILE",
            description = "Grounding DINO's checkpoint (default: the fetched one).")
    private Optional<Path> weights;

    @Option(
            names = "--vocabulary",
            paramLabel = "DIR",
            description = "The folder of bert-base-uncased's tokenizer.json or vocab.txt (default: the fetched one).")
    private Optional<Path> vocabulary;

    @Option(
            names = "--box-threshold",
            paramLabel = "P",
            defaultValue = "0.2",
            description = "Grounding DINO's finds with a probability above it are taken (default: ${DEFAULT-VALUE}).")
    private double boxThreshold;

    @Option(
            names = "--text-threshold",
            paramLabel = "P",
            defaultValue = "0.25",
            description = "Words with a probability above it make up a find's phrase (default: ${DEFAULT-VALUE}).")
    private double textThreshold;

    boolean usesGrid() {
        return !noGrid;
    }

    /** Refuses options that do not belong together, before anything costly is opened. */
    void check() throws IOException {
        if (noGrid && boxes.isEmpty()) {
            throw new IllegalArgumentException("--no-grid leaves nothing to prompt with; add --boxes");
        }
        boolean isDino = boxes.isPresent() && GroundingDinoFiles.isName(boxes.get());
        if (isDino) {
            GroundingDinoFiles.config(boxes.get());
            new DetectionRule(boxThreshold, textThreshold);
            GroundingDinoFiles.weights(weights, boxes.get());
            GroundingDinoFiles.vocabulary(vocabulary);
        } else if (weights.isPresent() || vocabulary.isPresent()) {
            throw new IllegalArgumentException(
                    "--boxes-weights and --vocabulary are for --boxes groundingdino-swint-ogc");
        }
    }

    /**
     * What boxes are found within.
     *
     * @param manager the weights of a detector live in a child of it
     * @param encoder sizes of the SAM 2 that tracks
     * @param encoderSha256 hash of its weights
     * @param everyFrames the recipe's distance of prompt frames
     */
    record Surroundings(NDManager manager, Sam2Config encoder, String encoderSha256, int everyFrames) {}

    /**
     * The source of boxes, if one is wanted.
     *
     * @param remarks takes what the user should know
     */
    Optional<BoxSource> open(Surroundings where, List<String> remarks) throws IOException {
        if (boxes.isEmpty()) {
            return Optional.empty();
        }
        String wanted = boxes.get();
        if (GroundingDinoFiles.isName(wanted)) {
            var detector = GroundingDinoDetector.open(
                    GroundingDinoFiles.config(wanted),
                    weights.orElseThrow(),
                    vocabulary.orElseThrow(),
                    where.manager());
            return Optional.of(new GroundingDinoBoxes(
                    detector, Sha256.of(weights.orElseThrow()), new DetectionRule(boxThreshold, textThreshold)));
        }
        if (wanted.equals(SMALL) || wanted.endsWith(WEIGHTS)) {
            var file = ModelCatalogue.open().checkpoint(wanted);
            var config = BoxDetectorConfig.read(ProjectHome.modelConfigs().resolve(SMALL + ".yaml"));
            var detector =
                    DetectorCheckpoint.open(config, file, where.encoder(), where.encoderSha256(), where.manager());
            return Optional.of(new DetectorBoxes(detector, Sha256.of(file)));
        }
        return Optional.of(file(wanted, where.everyFrames(), remarks));
    }

    private static BoxFile file(String wanted, int everyFrames, List<String> remarks) throws IOException {
        var file = Path.of(wanted);
        if (!wanted.endsWith(JSON) || !Files.isRegularFile(file)) {
            throw new IllegalArgumentException("--boxes " + wanted + " is neither a JSON file nor one of " + SMALL
                    + ", " + String.join(", ", GroundingDinoFiles.names()));
        }
        var read = BoxFile.open(file);
        long unused = read.boxesBeside(everyFrames);
        if (unused > 0) {
            remarks.add(file + ": " + unused + " boxes lie on other frames than 0, " + everyFrames + ", "
                    + 2 * everyFrames + ", ... and are not used (boxes.everyFrames of the recipe)");
        }
        return read;
    }

    /** What a line about the run says of it, after the recipe. */
    String suffix() {
        return boxes.map(source -> (noGrid ? ", boxes alone of " : ", and boxes of ") + source)
                .orElse("");
    }
}
