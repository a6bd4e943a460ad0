package org.sola.cli;

import ai.djl.Device;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.sola.config.Configs;
import org.sola.infer.SelectorScorer;
import org.sola.infer.TrackScorer;
import org.sola.precompute.Fingerprint;
import org.sola.selector.SelectorConfig;
import org.sola.tensor.Checkpoint;
import org.sola.text.TextEncoder;
import org.sola.train.selector.SelectorTraining;

/**
 * A trained selector on disk.
 *
 * @param name of the model
 * @param config its configuration
 * @param checkpoint its weights
 * @param wantedText the text encoder that the user wants, a name or a folder; else the one that it was trained with
 */
record SelectorFiles(String name, Path config, Path checkpoint, Optional<String> wantedText) {
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
        return new SelectorFiles(run.toString(), config, checkpoint, Optional.empty());
    }

    /** Refuses object tokens of another network than the selector was trained on, where its checkpoint names that. */
    void requireTokensOf(Fingerprint tracks) throws IOException {
        var differences = tracks.tokenDifferences(Checkpoint.open(checkpoint).metadata());
        if (!differences.isEmpty()) {
            throw new IllegalArgumentException(checkpoint + " was trained on object tokens of another SAM 2 ("
                    + String.join("; ", differences) + "); use that one, or train the selector on these tokens");
        }
    }

    /** The same selector, fed by the text encoder called {@code text}. */
    SelectorFiles reading(Optional<String> text) {
        return new SelectorFiles(name, config, checkpoint, text);
    }

    /** The text encoder it reads: the wanted one, else the one its checkpoint names, else the one of its width. */
    TextFiles text() throws IOException {
        var catalogue = ModelCatalogue.open();
        var named = wantedText.or(() -> Optional.ofNullable(metadata().get(SelectorTraining.TEXT_ENCODER)));
        return named.isPresent()
                ? TextFiles.named(catalogue, named.get())
                : TextFiles.ofWidth(catalogue, read().langTokenDim(), name);
    }

    private Map<String, String> metadata() {
        try {
            return Checkpoint.open(checkpoint).metadata();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Says which expressions are too long for {@code scorer}, or written in characters that it does not know. */
    static void warnOfLong(Console console, TrackScorer scorer, List<String> expressions) {
        for (String text : expressions) {
            if (!scorer.readsWhole(text)) {
                console.warn("the expression \"" + text.substring(0, BEGINNING) + "...\" has " + text.length()
                        + " characters, more than the text encoder reads: its end is left out");
            }
            int unknown = scorer.unknownPieces(text);
            if (unknown > 0) {
                console.warn("the expression \"" + text.substring(0, Math.min(BEGINNING, text.length())) + "\" has "
                        + unknown + " word pieces that the text encoder does not know; to it they are all the same");
            }
        }
    }

    SelectorConfig read() {
        return Configs.load(SelectorConfig.class, List.of(config), Map.of());
    }

    /** Loads it with its text encoder. */
    TrackScorer open(Device device) throws IOException {
        var text = text().open(device);
        try {
            requireWeightsOfTraining(text);
            return SelectorScorer.open(read(), checkpoint, text, device);
        } catch (IOException | RuntimeException e) {
            text.close();
            throw e;
        }
    }

    /** Refuses other weights of the text encoder that the checkpoint names; who names one instead, knows what it holds. */
    private void requireWeightsOfTraining(TextEncoder text) {
        String trained = metadata().get(SelectorTraining.TEXT_FINGERPRINT);
        if (wantedText.isEmpty() && trained != null && !trained.equals(text.fingerprint())) {
            throw new IllegalArgumentException(checkpoint + " was trained on text tokens of other weights or another"
                    + " vocabulary than those of " + text.name()
                    + " here; give the folder of the text encoder that it was"
                    + " trained with by --text-encoder DIR, or train the selector on these tokens");
        }
    }
}
