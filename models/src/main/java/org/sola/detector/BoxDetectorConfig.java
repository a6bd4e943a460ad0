package org.sola.detector;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.sola.config.Configs;

/**
 * Sizes of a box detector and what counts as found; every size is one file below {@code configs/models/}.
 *
 * @param name name in messages and fingerprints
 * @param encoder name of the SAM 2 whose frame features it reads
 * @param width channels, a multiple of 8
 * @param layers residual convolutions
 * @param scoreThreshold finds with a score above it are taken, 0..1
 * @param nmsIou of two finds that overlap more, the one of lower score is dropped
 * @param maximumBoxes most finds of a frame, the best ones
 */
public record BoxDetectorConfig(
        String name, String encoder, int width, int layers, double scoreThreshold, double nmsIou, int maximumBoxes) {
    /** Channels are normalised in this many groups. */
    static final int GROUPS = 8;

    public BoxDetectorConfig {
        if (width < 1 || width % GROUPS != 0 || layers < 0) {
            throw new IllegalArgumentException("detector " + name + ": width is " + width + " and layers " + layers
                    + ", expected a multiple of " + GROUPS + " and at least 0");
        }
        if (!(scoreThreshold >= 0 && scoreThreshold < 1) || !(nmsIou >= 0 && nmsIou <= 1) || maximumBoxes < 1) {
            throw new IllegalArgumentException("detector " + name + ": scoreThreshold is " + scoreThreshold
                    + ", nmsIou " + nmsIou + ", maximumBoxes " + maximumBoxes + ", expected 0..1, 0..1 and at least 1");
        }
    }

    /** Reads a file below {@code configs/models/}. */
    public static BoxDetectorConfig read(Path file) {
        return Configs.load(BoxDetectorConfig.class, List.of(file), Map.of());
    }
}
