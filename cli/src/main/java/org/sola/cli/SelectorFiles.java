package org.sola.cli;

import ai.djl.Device;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.sola.config.Configs;
import org.sola.infer.SelectorScorer;
import org.sola.infer.TrackScorer;
import org.sola.precompute.Fingerprint;
import org.sola.selector.SelectorConfig;
import org.sola.tensor.Safetensors;
import org.sola.text.MiniLmTextEncoder;

/**
 * A trained selector on disk.
 *
 * @param name of the model
 * @param config its configuration
 * @param checkpoint its weights
 */
record SelectorFiles(String name, Path config, Path checkpoint) {
    private static final int BEGINNING = 40; // characters of a long expression that are shown

    static SelectorFiles ofName(String nameOrFile) throws IOException {
        return ModelCatalogue.open().selector(nameOrFile);
    }

    static SelectorFiles ofRun(Path run) {
        var checkpoint = run.resolve("best.safetensors");
        var config = run.resolve("model.yaml");
        for (var file : List.of(checkpoint, config)) {
            if (!Files.isRegularFile(file)) {
                throw new IllegalArgumentException(
                        "--run " + run + " has no " + file.getFileName() + "; 'sola train --out " + run + "' makes it");
            }
        }
        return new SelectorFiles(run.toString(), config, checkpoint);
    }

    /** Refuses object tokens of another network than the selector was trained on, where its checkpoint names that. */
    void requireTokensOf(Fingerprint tracks) throws IOException {
        var differences = tracks.tokenDifferences(Safetensors.open(checkpoint).metadata());
        if (!differences.isEmpty()) {
            throw new IllegalArgumentException(checkpoint + " was trained on object tokens of another SAM 2 ("
                    + String.join("; ", differences) + "); use that one, or train the selector on these tokens");
        }
    }

    /** Says which expressions are too long for {@code scorer}. */
    static void warnOfLong(Console console, TrackScorer scorer, List<String> expressions) {
        for (String text : expressions) {
            if (!scorer.readsWhole(text)) {
                console.warn("the expression \"" + text.substring(0, BEGINNING) + "...\" has " + text.length()
                        + " characters, more than the text encoder reads: its end is left out");
            }
        }
    }

    SelectorConfig read() {
        return Configs.load(SelectorConfig.class, List.of(config), Map.of());
    }

    /** Loads it with its text encoder. */
    TrackScorer open(Device device) throws IOException {
        return SelectorScorer.open(read(), checkpoint, MiniLmTextEncoder.open(), device);
    }
}
