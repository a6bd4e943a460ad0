package org.sola.cli;

import picocli.CommandLine.Command;

/** {@code sola bench}: the project's benchmarks by name, a {@link Benchmark} each. */
@Command(
        name = "bench",
        description = "Measures a part of the program: a warm-up, then the median, least and most of N runs.",
        synopsisSubcommandLabel = "NAME",
        subcommands = {
            PrecomputeBenchmark.class,
            Sam2Benchmark.class,
            CutieBenchmark.class,
            GroundingDinoBenchmark.class,
            TextBenchmark.class,
            SelectorBenchmark.class,
            MetricsBenchmark.class
        },
        footer = {"", "Examples:", "  sola bench precompute", "  sola bench sam2 --threads 1 --json"})
final class BenchCommand extends CommandGroup {}
