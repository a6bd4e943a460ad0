package org.sola.demo;

/** Draws scenes: the same seed and configuration always give the same scene. */
public final class SceneSampler {
    private SceneSampler() {}

    /** A referring video. */
    public static DemoScene video(long seed, SceneConfig config) {
        return VideoSampler.sample(DemoRandom.of(seed, "video", 0), config);
    }

    /** A single image for training a segmenter on prompts; its objects have no names to be asked for. */
    public static DemoScene image(long seed, SceneConfig config) {
        return ImageSampler.sample(DemoRandom.of(seed, "image", 0), config);
    }
}
