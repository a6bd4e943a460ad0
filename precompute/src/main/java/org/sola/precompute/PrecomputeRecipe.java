package org.sola.precompute;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.sola.config.Configs;

/**
 * Every setting of precomputation that can change its result; the files are in {@code configs/precompute/}.
 *
 * @param name name in messages and fingerprints
 * @param grid prompts from a grid of points
 * @param boxes prompts from a detector's boxes
 * @param gridTracks which grid prompts become tracks
 * @param boxTracks which box prompts become tracks, per expression
 */
public record PrecomputeRecipe(String name, Grid grid, Boxes boxes, TrackRule gridTracks, TrackRule boxTracks) {

    /**
     * Prompts from a grid of points (SAM 2's automatic mask generator on the whole image).
     *
     * @param everyFrames prompts on frames 0, n, 2n, ...; 0 for every half of the video
     * @param pointsPerSide points along each side of the image
     * @param pointsPerBatch points decoded together
     * @param predictedIouThreshold masks at or below it are dropped
     * @param stabilityThreshold masks below it are dropped
     * @param stabilityOffset distance of the two cuts that stability compares, in logits
     * @param boxNmsIou of two masks whose boxes overlap more, the one of lower predicted IoU is dropped
     * @param minimumRegionPixels holes and separate parts smaller than this are removed; 0 leaves all
     * @param partThreshold a mask whose share inside a larger one is above it is a part and dropped
     */
    public record Grid(
            int everyFrames,
            int pointsPerSide,
            int pointsPerBatch,
            float predictedIouThreshold,
            float stabilityThreshold,
            float stabilityOffset,
            float boxNmsIou,
            int minimumRegionPixels,
            double partThreshold) {
        public Grid {
            if (everyFrames < 0 || pointsPerSide < 1 || pointsPerBatch < 1) {
                throw new IllegalArgumentException("grid.everyFrames must be at least 0, pointsPerSide and"
                        + " pointsPerBatch at least 1, not " + everyFrames + ", " + pointsPerSide + ", "
                        + pointsPerBatch);
            }
        }

        /** Distance of the prompt frames in a video of {@code frames} frames. */
        int stride(int frames) {
            return everyFrames > 0 ? everyFrames : Math.max(1, frames / 2);
        }
    }

    /**
     * Prompts from a detector's boxes.
     *
     * @param everyFrames prompts on frames 0, n, 2n, ...
     */
    public record Boxes(int everyFrames) {
        public Boxes {
            if (everyFrames < 1) {
                throw new IllegalArgumentException("boxes.everyFrames is " + everyFrames + ", it must be at least 1");
            }
        }
    }

    /** Reads a recipe; every key must be there, and no other. */
    public static PrecomputeRecipe read(Path file) {
        return Configs.load(PrecomputeRecipe.class, List.of(file), Map.of());
    }
}
