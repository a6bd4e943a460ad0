package org.sola.cli;

import picocli.CommandLine.Option;

/** What every command takes about its own talking. */
final class OutputOptions {
    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            order = 100,
            description = "Show this help.")
    private boolean help;

    @Option(names = "--json", order = 101, description = "Print one JSON document on stdout and nothing else there.")
    boolean json;

    @Option(
            names = {"-q", "--quiet"},
            order = 102,
            description = "Errors and results only.")
    boolean quiet;

    @Option(
            names = {"-v", "--verbose"},
            order = 103,
            description = "Say more; show the stack trace of an error.")
    boolean verbose;
}
