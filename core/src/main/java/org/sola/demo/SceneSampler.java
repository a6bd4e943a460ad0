package org.sola.demo;

/** Draws scenes: the same seed and configuration always give the same scene. */
public final class SceneSampler {
    private SceneSampler() {}

    /** A single image for training a segmenter on prompts; its objects have no names to be asked for. */
    public static DemoScene image(long seed, SceneConfig config) {
        return ImageSampler.sample(DemoRandom.of(seed, "image", 0), config);
    }
}
