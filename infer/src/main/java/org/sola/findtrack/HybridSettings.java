package org.sola.findtrack;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.sola.config.Configs;

/**
 * SOLA's tracks judged by FindTrack's networks; every way is a file below {@code configs/hybrid/}.
 *
 * @param name what users call it
 * @param selectorWeight of the selector's probability
 * @param alignmentWeight of the alignment of a track on its key frame
 * @param maskWeight of the IoU of a track with FindTrack's answer
 * @param alignmentFrames frames on which a track may be looked at
 * @param threshold tracks whose weighted mean is above it are taken
 * @param recipe FindTrack's settings, a name in configs/findtrack; empty for the default
 */
public record HybridSettings(
        String name,
        double selectorWeight,
        double alignmentWeight,
        double maskWeight,
        int alignmentFrames,
        double threshold,
        String recipe) {
    public HybridSettings {
        if (!(selectorWeight >= 0 && alignmentWeight >= 0 && maskWeight >= 0)
                || !(selectorWeight + alignmentWeight + maskWeight > 0)) {
            throw new IllegalArgumentException("hybrid " + name + ": the weights are " + selectorWeight + ", "
                    + alignmentWeight + " and " + maskWeight + ", expected numbers from 0 that are not all 0");
        }
        if (alignmentFrames < 2 || !(threshold >= 0 && threshold < 1)) {
            throw new IllegalArgumentException("hybrid " + name + ": alignmentFrames is " + alignmentFrames
                    + " and threshold " + threshold + ", expected at least 2 and 0..1");
        }
    }

    /** Reads a file below {@code configs/hybrid/}. */
    public static HybridSettings read(Path file) {
        return Configs.load(HybridSettings.class, List.of(file), Map.of());
    }
}
