package org.sola.precompute;

import java.util.ArrayList;
import java.util.List;
import org.sola.mask.Rle;
import org.sola.sam2.AutomaticMaskGenerator;
import org.sola.sam2.FrameFeatures;
import org.sola.sam2.GeneratedMask;
import org.sola.sam2.MaskGeneratorSettings;
import org.sola.sam2.Sam2Image;

/** Prompts for everything in a frame: SAM 2's automatic masks without those that are parts of others. */
final class GridPrompter {
    private static final double CROP_OVERLAP_UNUSED = 512.0 / 1500;

    private final AutomaticMaskGenerator generator;
    private final double partThreshold;

    GridPrompter(Sam2Image model, PrecomputeRecipe.Grid recipe) {
        generator = AutomaticMaskGenerator.of(model, settings(recipe));
        partThreshold = recipe.partThreshold();
    }

    private static MaskGeneratorSettings settings(PrecomputeRecipe.Grid recipe) {
        return new MaskGeneratorSettings(
                recipe.pointsPerSide(),
                recipe.pointsPerBatch(),
                recipe.predictedIouThreshold(),
                recipe.stabilityThreshold(),
                recipe.stabilityOffset(),
                0f,
                recipe.boxNmsIou(),
                0,
                recipe.boxNmsIou(),
                CROP_OVERLAP_UNUSED,
                1,
                recipe.minimumRegionPixels(),
                true,
                false);
    }

    /** The prompts of a frame that is encoded already, largest area first, not yet numbered. */
    List<TrackPrompt> prompts(int frame, FrameFeatures features, int height, int width) {
        var generated = generator.generate(features, height, width);
        var masks = generated.stream().map(GeneratedMask::rle).map(Rle::decode).toList();
        var prompts = new ArrayList<TrackPrompt>();
        for (int kept : PartFilter.keep(masks, partThreshold)) {
            var mask = generated.get(kept);
            prompts.add(TrackPrompt.of(Track.GRID, frame, mask.rle(), mask.predictedIou(), mask.stability()));
        }
        return prompts;
    }
}
