package org.sola.cli;

import ai.djl.ndarray.NDManager;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.sola.file.Sha256;
import org.sola.precompute.PrecomputeRecipe;
import org.sola.precompute.Sam2VideoTracker;
import org.sola.precompute.VideoTracker;
import org.sola.sam2.Sam2;
import org.sola.sam2.Sam2Config;
import org.sola.tensor.Weights;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Which SAM 2 makes the tracks, and by which recipe. */
final class TrackerOptions {
    private static final String SMALL = "sam2.1-nano";

    @Option(
            names = "--model",
            paramLabel = "NAME|FILE",
            description = "SAM 2 by name (sola models list) or a checkpoint file (default: " + SMALL + ").")
    private Optional<String> model;

    @Option(
            names = "--recipe",
            paramLabel = "NAME|FILE",
            description = "How prompts become tracks: a name in configs/precompute or a file (default: demo for the"
                    + " small model, sola-official for the others).")
    private Optional<String> recipe;

    @Mixin
    private BoxOptions boxes;

    @Mixin
    CorruptOption corrupt;

    /** The network as the user named it. */
    Optional<String> model() {
        return model;
    }

    /** The recipe as the user named it. */
    Optional<String> recipe() {
        return recipe;
    }

    /**
     * A tracker and the native memory of its network.
     *
     * @param remarks what the user should know of the settings
     */
    record Opened(String name, String recipeName, List<String> remarks, NDManager manager, VideoTracker tracker)
            implements AutoCloseable {
        @Override
        public void close() {
            manager.close();
        }
    }

    /**
     * Loads the network.
     *
     * @param usesTruth adds the annotated objects as prompts, for training
     * @param results where its results go: features that memory does not hold go there too, since a system's folder for
     *     temporary files is often small or itself in memory
     */
    Opened open(Engines.Started engine, boolean usesTruth, Path results) throws IOException {
        boxes.check();
        var files = ModelCatalogue.open().sam2(model.orElse(SMALL));
        var steps = PrecomputeRecipe.read(recipeFile(files.name()));
        var config = Sam2Config.read(files.config());
        var manager = NDManager.newBaseManager(engine.device());
        try {
            var weights = Weights.open(files.checkpoint(), manager).withPrecision(engine.precision());
            var network = Sam2.of(config, weights);
            weights.requireAllUsed(Sam2::isUnread);
            String sha256 = Sha256.of(files.checkpoint());
            var tracker = Sam2VideoTracker.builder(network, sha256, steps)
                    .withTruth(usesTruth)
                    .withGrid(boxes.usesGrid())
                    .withCorruption(corrupt.corruption())
                    .spillInto(results);
            var remarks = new ArrayList<String>();
            boxes.open(
                            new BoxOptions.Surroundings(
                                    manager, config, sha256, steps.boxes().everyFrames()),
                            remarks)
                    .ifPresent(tracker::withBoxes);
            return new Opened(
                    files.name(), steps.name() + boxes.suffix(), List.copyOf(remarks), manager, tracker.build());
        } catch (IOException | RuntimeException e) {
            manager.close();
            throw e;
        }
    }

    private Path recipeFile(String modelName) {
        String wanted = recipe.orElse(modelName.equals(SMALL) ? "demo" : "sola-official");
        var named = ProjectHome.path().resolve("configs/precompute").resolve(wanted + ".yaml");
        if (Files.isRegularFile(named)) {
            return named;
        }
        var file = Path.of(wanted);
        if (!Files.isRegularFile(file)) {
            throw new IllegalArgumentException(
                    "--recipe " + wanted + " is neither a file nor a name in " + named.getParent());
        }
        return file;
    }
}
