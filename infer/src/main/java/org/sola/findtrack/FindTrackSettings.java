package org.sola.findtrack;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.sola.config.Configs;
import org.sola.cutie.CutieSettings;

/**
 * A way to use FindTrack; every one is a file below {@code configs/findtrack/}.
 *
 * @param name what users call it
 * @param segmenter name of the model that finds what an expression means on a frame
 * @param aligner name of the model that says how well a masked frame fits an expression
 * @param propagator name of the model that follows a mask: a Cutie or a SAM 2
 * @param keyFrame how the key frame is chosen
 * @param cutie how a Cutie propagates; of no meaning to a SAM 2
 */
public record FindTrackSettings(
        String name, String segmenter, String aligner, String propagator, KeyFrameRule keyFrame, CutieSettings cutie) {

    /** Reads a file below {@code configs/findtrack/}. */
    public static FindTrackSettings read(Path file) {
        return Configs.load(FindTrackSettings.class, List.of(file), Map.of());
    }

    /** The same with other models, as a user may name them. */
    public FindTrackSettings withModels(String otherSegmenter, String otherAligner, String otherPropagator) {
        return new FindTrackSettings(name, otherSegmenter, otherAligner, otherPropagator, keyFrame, cutie);
    }

    /** The same with another choice of the key frame. */
    public FindTrackSettings withRule(KeyFrameRule rule) {
        return new FindTrackSettings(name, segmenter, aligner, propagator, rule, cutie);
    }
}
