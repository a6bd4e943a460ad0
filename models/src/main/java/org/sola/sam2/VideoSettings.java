package org.sola.sam2;

/**
 * How objects are carried through a video.
 *
 * @param memoryStride every how many frames a spatial memory is taken, the last frame apart
 * @param maxConditioningFrames prompted frames that a frame attends to, from 2; {@link Integer#MAX_VALUE} for all
 * @param roundsMemory whether spatial memories are rounded to bfloat16, as the official predictor stores them
 * @param nonOverlapping whether each pixel of the masks handed out belongs to one object at most
 * @param fillHolePixels background areas up to this size, in low-resolution pixels, are filled in masks; 0 for none.
 *     Officially 8, where the CUDA extension is installed
 * @param correctionsCondition whether a prompt on a frame that was tracked before makes it a conditioning frame. If not,
 *     as officially, the correction is an ordinary memory, and one on a conditioning frame is dropped when propagation
 *     starts
 * @param objectsPerBatch objects that go through the networks together at most
 * @param keepsAllFrames whether a session keeps memories and answers of every frame, as officially, so that any frame can
 *     be corrected and passes start anywhere. If not, it lets go what the pass that runs, and one the other way from the
 *     same start, cannot ask for again: memory then does not grow with the video
 */
public record VideoSettings(
        int memoryStride,
        int maxConditioningFrames,
        boolean roundsMemory,
        boolean nonOverlapping,
        int fillHolePixels,
        boolean correctionsCondition,
        int objectsPerBatch,
        boolean keepsAllFrames) {
    private static final int DEFAULT_OBJECTS_PER_BATCH = 16;

    public VideoSettings {
        if (fillHolePixels < 0 || objectsPerBatch < 1) {
            throw new IllegalArgumentException("fillHolePixels must be at least 0 and objectsPerBatch at least 1, not "
                    + fillHolePixels + " and " + objectsPerBatch);
        }
    }

    /** What the official predictor does on a machine without its CUDA extension. */
    public static VideoSettings official() {
        return new VideoSettings(1, Integer.MAX_VALUE, true, false, 0, false, DEFAULT_OBJECTS_PER_BATCH, true);
    }

    /** With another memory rule. */
    public VideoSettings withMemory(int stride, int conditioningFrames, boolean rounds) {
        return new VideoSettings(
                stride,
                conditioningFrames,
                rounds,
                nonOverlapping,
                fillHolePixels,
                correctionsCondition,
                objectsPerBatch,
                keepsAllFrames);
    }

    /** With other rules for the masks handed out. */
    public VideoSettings withMasks(boolean doNotOverlap, int holePixels) {
        return new VideoSettings(
                memoryStride,
                maxConditioningFrames,
                roundsMemory,
                doNotOverlap,
                holePixels,
                correctionsCondition,
                objectsPerBatch,
                keepsAllFrames);
    }

    /** With corrections as conditioning frames, or not. */
    public VideoSettings withCorrectionsAsConditioning(boolean condition) {
        return new VideoSettings(
                memoryStride,
                maxConditioningFrames,
                roundsMemory,
                nonOverlapping,
                fillHolePixels,
                condition,
                objectsPerBatch,
                keepsAllFrames);
    }

    /** With everything kept, or what no pass from the same start can ask for again let go. */
    public VideoSettings withAllFramesKept(boolean keep) {
        return new VideoSettings(
                memoryStride,
                maxConditioningFrames,
                roundsMemory,
                nonOverlapping,
                fillHolePixels,
                correctionsCondition,
                objectsPerBatch,
                keep);
    }

    MemoryBank.Rule rule(Sam2Config config) {
        return new MemoryBank.Rule(
                config.memoryFrames(), config.maxObjectPointers(), memoryStride, maxConditioningFrames);
    }
}
