package org.sola.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import picocli.CommandLine.Option;

/** Which selector answers. */
final class SelectorOptions {
    @Option(
            names = "--run",
            paramLabel = "DIR",
            description = "A training run of 'sola train' (default: the shipped selector).")
    private Optional<Path> run;

    @Option(
            names = "--selector",
            paramLabel = "NAME|FILE",
            defaultValue = "selector-nano",
            description =
                    "The selector to use without --run, by name or a checkpoint file (default:" + " ${DEFAULT-VALUE}).")
    private String name;

    @Option(
            names = "--text-encoder",
            paramLabel = "NAME|DIR",
            description = "The text encoder to use, by name or the folder of its published files (default: the one that"
                    + " the selector was trained with).")
    private Optional<String> text;

    @Option(
            names = "--threshold",
            paramLabel = "P",
            defaultValue = "0.5",
            description = "Tracks with a probability above it are taken (default: ${DEFAULT-VALUE}).")
    float threshold;

    /** The files of the selector that was asked for. */
    SelectorFiles files() throws IOException {
        if (!(threshold >= 0 && threshold <= 1)) {
            throw new IllegalArgumentException("--threshold " + threshold + ": a probability from 0 to 1 is needed");
        }
        var files = (run.isPresent() ? SelectorFiles.ofRun(run.get()) : SelectorFiles.ofName(name)).reading(text);
        files.text(); // files that are missing are said before the tracks are made
        return files;
    }
}
