package org.sola.sam2;

/**
 * How the automatic mask generator looks and what it keeps; {@link #defaults} are the original's.
 *
 * @param pointsPerSide points along each side of the grid on the whole image
 * @param pointsPerBatch most prompts decoded at a time
 * @param predictedIouThreshold masks of a predicted IoU above this are kept, 0..1; 0 keeps all
 * @param stabilityThreshold masks of at least this stability are kept, 0..1; 0 keeps all
 * @param stabilityOffset stability is the IoU of the masks cut this much above and below {@code maskThreshold}
 * @param maskThreshold logit above which a pixel belongs to the mask
 * @param boxNmsThreshold of masks whose boxes overlap more than this, the one of larger predicted IoU is kept
 * @param cropLayers layers of crops that are looked at beside the whole image; layer i has 4^i of them
 * @param cropNmsThreshold as {@code boxNmsThreshold}, between crops; masks of smaller crops are kept
 * @param cropOverlapRatio overlap of the first layer's crops, as a share of the image's short side
 * @param cropPointsDownscale layer i has this^i times fewer points a side
 * @param minMaskRegionPixels holes and separate parts smaller than this are removed at the end; 0 leaves all
 * @param isMultimask whether a point proposes three masks, or one
 * @param refinesMasks whether every mask is decoded once more with itself as the mask prompt ("m2m")
 */
public record MaskGeneratorSettings(
        int pointsPerSide,
        int pointsPerBatch,
        float predictedIouThreshold,
        float stabilityThreshold,
        float stabilityOffset,
        float maskThreshold,
        float boxNmsThreshold,
        int cropLayers,
        float cropNmsThreshold,
        double cropOverlapRatio,
        int cropPointsDownscale,
        int minMaskRegionPixels,
        boolean isMultimask,
        boolean refinesMasks) {

    public MaskGeneratorSettings {
        requireAtLeast("pointsPerSide", pointsPerSide, 1);
        requireAtLeast("pointsPerBatch", pointsPerBatch, 1);
        requireAtLeast("cropLayers", cropLayers, 0);
        requireAtLeast("cropPointsDownscale", cropPointsDownscale, 1);
        requireAtLeast("minMaskRegionPixels", minMaskRegionPixels, 0);
        int last = pointsPerSide;
        for (int layer = 0; layer < cropLayers; layer++) {
            last /= cropPointsDownscale;
        }
        requireAtLeast("pointsPerSide / cropPointsDownscale ^ cropLayers", last, 1);
    }

    private static void requireAtLeast(String name, int value, int least) {
        if (value < least) {
            throw new IllegalArgumentException(name + " must be at least " + least + ", not " + value);
        }
    }

    /** 32 x 32 points on the whole image, three masks each. */
    public static MaskGeneratorSettings defaults() {
        return new MaskGeneratorSettings(32, 64, 0.8f, 0.95f, 1f, 0f, 0.7f, 0, 0.7f, 512.0 / 1500, 1, 0, true, false);
    }

    /** The same with another grid. */
    public MaskGeneratorSettings withPointsPerSide(int points) {
        return new MaskGeneratorSettings(
                points,
                pointsPerBatch,
                predictedIouThreshold,
                stabilityThreshold,
                stabilityOffset,
                maskThreshold,
                boxNmsThreshold,
                cropLayers,
                cropNmsThreshold,
                cropOverlapRatio,
                cropPointsDownscale,
                minMaskRegionPixels,
                isMultimask,
                refinesMasks);
    }

    /** The same with other thresholds of predicted IoU and stability. */
    public MaskGeneratorSettings withThresholds(float predictedIou, float stability) {
        return new MaskGeneratorSettings(
                pointsPerSide,
                pointsPerBatch,
                predictedIou,
                stability,
                stabilityOffset,
                maskThreshold,
                boxNmsThreshold,
                cropLayers,
                cropNmsThreshold,
                cropOverlapRatio,
                cropPointsDownscale,
                minMaskRegionPixels,
                isMultimask,
                refinesMasks);
    }

    /** The same with layers of crops, their points thinned out by {@code downscale} from layer to layer. */
    public MaskGeneratorSettings withCrops(int layers, int downscale) {
        return new MaskGeneratorSettings(
                pointsPerSide,
                pointsPerBatch,
                predictedIouThreshold,
                stabilityThreshold,
                stabilityOffset,
                maskThreshold,
                boxNmsThreshold,
                layers,
                cropNmsThreshold,
                cropOverlapRatio,
                downscale,
                minMaskRegionPixels,
                isMultimask,
                refinesMasks);
    }

    /** The same, removing holes and parts smaller than {@code pixels}. */
    public MaskGeneratorSettings withMinMaskRegionPixels(int pixels) {
        return new MaskGeneratorSettings(
                pointsPerSide,
                pointsPerBatch,
                predictedIouThreshold,
                stabilityThreshold,
                stabilityOffset,
                maskThreshold,
                boxNmsThreshold,
                cropLayers,
                cropNmsThreshold,
                cropOverlapRatio,
                cropPointsDownscale,
                pixels,
                isMultimask,
                refinesMasks);
    }
}
