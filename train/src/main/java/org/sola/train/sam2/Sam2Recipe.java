package org.sola.train.sam2;

import org.sola.train.WarmupCooldown;

/**
 * How a small SAM 2 is trained; {@code configs/train/sam2-nano.yaml}.
 *
 * @param start weights to start from, a safetensors file; empty starts from nothing
 * @param seed of weights, scenes and prompts
 * @param kindSteps steps of the stage before, in which the encoder alone learns to tell kinds
 * @param kindImages images a step of it
 * @param kindLearningRate its largest learning rate
 * @param tokenSteps steps after the image stage in which the encoder is kept and tokens learn to read its features
 * @param tokenImages images a step of it
 * @param tokenPrompts prompts an image of it
 * @param tokenLearningRate its largest learning rate
 * @param imageSteps steps of the image stage
 * @param easySteps of these, the steps on few large objects
 * @param denseSteps steps over which the dense supervision fades out
 * @param images images a step
 * @param prompts prompts an image
 * @param imageLearningRate largest learning rate of the image stage
 * @param videoSteps steps of the video stage
 * @param clipFrames frames of the longest clips of the video stage, one clip a step
 * @param growth share of the video stage in which clips are shorter: two frames in its first half, then half way
 * @param clipObjects objects a clip
 * @param hiddenShare share of the clips that lead through a spell in which an object is not seen
 * @param videoLearningRate largest learning rate of the video stage
 * @param memorySteps steps after it in which all but the memory stays, so that what reads the tokens keeps its meaning
 * @param memoryFrames frames of its clips
 * @param memoryLearningRate its largest learning rate
 * @param warmupSteps steps over which the learning rate rises at the start of a stage
 * @param cooldown share of a stage, at its end, over which the learning rate falls to a twentieth
 * @param weightDecay AdamW's
 * @param clipNorm largest global norm of the gradients
 * @param averageDecay of the moving average of the weights, which is what ships
 * @param checkpointSteps steps between checkpoints
 */
public record Sam2Recipe(
        String start,
        long seed,
        int kindSteps,
        int kindImages,
        double kindLearningRate,
        int tokenSteps,
        int tokenImages,
        int tokenPrompts,
        double tokenLearningRate,
        int imageSteps,
        int easySteps,
        int denseSteps,
        int images,
        int prompts,
        double imageLearningRate,
        int videoSteps,
        int clipFrames,
        double growth,
        int clipObjects,
        double hiddenShare,
        double videoLearningRate,
        int memorySteps,
        int memoryFrames,
        double memoryLearningRate,
        int warmupSteps,
        double cooldown,
        double weightDecay,
        double clipNorm,
        double averageDecay,
        int checkpointSteps) {

    /** Of a step, counted from 0 within its stage. */
    double learningRate(double largest, int step, int steps) {
        return new WarmupCooldown(warmupSteps, cooldown).rate(largest, step, steps);
    }

    /** Frames of a clip at a step of the video stage. */
    int clipFrames(int step) {
        double growing = growth * videoSteps;
        return step >= growing ? clipFrames : step >= growing / 2 ? Math.max(2, (clipFrames + 2) / 2) : 2;
    }
}
