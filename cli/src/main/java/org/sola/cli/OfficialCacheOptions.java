package org.sola.cli;

import java.nio.file.Path;
import org.sola.precompute.OfficialCache;
import picocli.CommandLine.Option;

/** Which part of a published cache is meant. */
final class OfficialCacheOptions {
    @Option(
            names = "--dataset",
            paramLabel = "NAME",
            defaultValue = "mevis",
            description = "The data set's folder in the published files (default: ${DEFAULT-VALUE}).")
    private String dataset;

    @Option(
            names = "--split",
            paramLabel = "NAME",
            defaultValue = "train",
            description = "The split's folder (default: ${DEFAULT-VALUE}).")
    private String split;

    OfficialCache in(Path root) {
        return new OfficialCache(root, dataset, split);
    }
}
