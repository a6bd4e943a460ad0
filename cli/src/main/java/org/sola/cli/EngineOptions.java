package org.sola.cli;

import picocli.CommandLine.Option;

/** Where and how networks compute; the same options with the same meaning in every command that runs one. */
final class EngineOptions {
    @Option(
            names = "--device",
            order = 90,
            paramLabel = "cpu|gpu|auto",
            defaultValue = "auto",
            description = "Where networks run (default: a GPU when there is one).")
    DeviceChoice device;

    @Option(
            names = "--threads",
            order = 91,
            paramLabel = "N",
            defaultValue = "0",
            description = "Threads to compute with (default: one a core).")
    int threads;

    @Option(
            names = "--precision",
            order = 92,
            paramLabel = "float32|bfloat16",
            defaultValue = "float32",
            description = "Precision of the large matrix products (default: ${DEFAULT-VALUE}).")
    Precision precision;

    /** Where networks run. */
    enum DeviceChoice {
        CPU,
        GPU,
        AUTO
    }

    /** Precision of matrix products. */
    enum Precision {
        FLOAT32,
        BFLOAT16
    }

    /** The number of threads to use, at least one. */
    int threadCount() {
        if (threads < 0) {
            throw new IllegalArgumentException("--threads " + threads + ": at least 1, or 0 for one a core");
        }
        return threads == 0 ? Runtime.getRuntime().availableProcessors() : threads;
    }
}
