package org.sola.cli;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What the commands that train a network of the small set say and refuse alike. */
final class TrainingRun {
    private TrainingRun() {}

    /** The folder that was given with {@code --out}. */
    static Path folder(Optional<Path> out) {
        return out.orElseThrow(() -> new IllegalArgumentException("--out DIR is needed: where the training goes"));
    }

    /** Names the weights, or ends as interrupted where steps are left. */
    static int done(Console console, boolean isComplete, List<Path> weights) throws InterruptedException {
        if (!isComplete) {
            throw new InterruptedException("stopped after a checkpoint");
        }
        weights.forEach(file -> console.result("weights: " + file));
        console.json(Map.of("weights", weights.stream().map(Path::toString).toList()));
        return Failures.DONE;
    }
}
