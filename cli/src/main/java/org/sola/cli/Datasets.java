package org.sola.cli;

import java.nio.file.Files;
import java.nio.file.Path;
import org.sola.dataset.MevisDataset;

/** Opens data sets with messages that say what to do next. */
final class Datasets {
    private Datasets() {}

    /** A split in the MeViS layout. */
    static MevisDataset open(Path folder) {
        if (!Files.isDirectory(folder)) {
            throw new IllegalArgumentException(
                    "--data " + folder + " is no folder; 'sola data demo --out DIR' generates a data set");
        }
        if (!Files.isRegularFile(folder.resolve("meta_expressions.json"))) {
            String split = Files.isRegularFile(folder.resolve("valid/meta_expressions.json"))
                    ? "; give one of its splits, as " + folder.resolve("valid")
                    : "; a split in the MeViS layout is needed";
            throw new IllegalArgumentException("--data " + folder + " has no meta_expressions.json" + split);
        }
        return MevisDataset.open(folder);
    }

    /** A split whose masks are there. */
    static MevisDataset withTruth(Path folder) {
        var dataset = open(folder);
        if (!dataset.hasMasks()) {
            throw new IllegalArgumentException("--data " + folder
                    + " has no mask_dict.json: its truth is not published, so it cannot be scored here");
        }
        return dataset;
    }
}
