package org.sola.cli;

import picocli.CommandLine.Option;

/** The seed of a command that draws; the same seed gives the same result. */
final class SeedOption {
    @Option(
            names = "--seed",
            order = 93,
            paramLabel = "N",
            defaultValue = "0",
            description = "Seed of every random draw (default: ${DEFAULT-VALUE}).")
    long seed;
}
