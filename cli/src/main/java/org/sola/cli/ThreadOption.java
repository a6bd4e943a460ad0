package org.sola.cli;

import picocli.CommandLine.Option;

/** How many threads a command works with. */
final class ThreadOption {
    @Option(
            names = "--threads",
            order = 91,
            paramLabel = "N",
            defaultValue = "0",
            description = "Threads to compute with (default: one a core).")
    private int threads;

    /** The number of threads to use, at least one. */
    int count() {
        if (threads < 0) {
            throw new IllegalArgumentException("--threads " + threads + ": at least 1, or 0 for one a core");
        }
        return threads == 0 ? Runtime.getRuntime().availableProcessors() : threads;
    }
}
