package org.sola.cli;

import picocli.CommandLine.Option;

/** How many threads a command that runs no network works with. */
final class ThreadOption {
    @Option(
            names = "--threads",
            order = 91,
            paramLabel = "N",
            defaultValue = "0",
            description = "Threads (default: one a core).")
    private int threads;

    /** The number of threads to use. */
    int count() {
        return threads > 0 ? threads : Runtime.getRuntime().availableProcessors();
    }
}
