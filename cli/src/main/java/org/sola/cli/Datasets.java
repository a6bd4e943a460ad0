package org.sola.cli;

import java.nio.file.Files;
import java.nio.file.Path;
import org.sola.dataset.Layout;
import org.sola.dataset.ReferringDataset;

/** Opens data sets with messages that say what to do next. */
final class Datasets {
    private Datasets() {}

    /** A split: its folder, or the data set's folder with the split's name after it, which need not be a folder. */
    static ReferringDataset open(Path folder) {
        var parent = folder.toAbsolutePath().normalize().getParent();
        if (!Files.isDirectory(folder) && (parent == null || !Files.isDirectory(parent))) {
            throw new IllegalArgumentException(
                    "--data " + folder + " is no folder; 'sola data demo --out DIR' generates a data set");
        }
        return ReferringDataset.open(folder);
    }

    /** A split whose masks are there. */
    static ReferringDataset withTruth(Path folder) {
        var dataset = open(folder);
        if (!dataset.hasMasks()) {
            throw new IllegalArgumentException("--data " + folder
                    + (dataset.layout() == Layout.MEVIS ? " has no mask_dict.json" : " has no masks")
                    + ": its truth is not published, so it cannot be scored here");
        }
        return dataset;
    }
}
