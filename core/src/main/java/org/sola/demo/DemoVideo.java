package org.sola.demo;

import java.util.ArrayList;
import java.util.List;

/**
 * A video of the demo set, with its frames and its expressions.
 *
 * @param scene the description it was drawn from
 * @param frames every frame with its masks
 * @param expressions about six to ten sentences about it
 */
public record DemoVideo(DemoScene scene, List<RenderedFrame> frames, List<DemoExpression> expressions) {
    /** The shortest video, in frames, in which something can be told of how things move. */
    public static final int SHORTEST = 12;

    public DemoVideo {
        frames = List.copyOf(frames);
        expressions = List.copyOf(expressions);
    }

    /** The video of a seed: scene, frames and expressions are all drawn from it. */
    public static DemoVideo of(long seed, SceneConfig config) {
        return of(seed, config, 1);
    }

    /** @param richness times as many expressions as usual, as far as there is more to say */
    public static DemoVideo of(long seed, SceneConfig config, int richness) {
        return of(SceneSampler.video(seed, config), seed, richness);
    }

    /**
     * How longer videos begin: as many frames as {@code config} says, too few to tell a motion, so none is told.
     *
     * @param config fewer than {@link #SHORTEST} frames
     */
    public static DemoVideo beginning(long seed, SceneConfig config, int richness) {
        int length = DemoRandom.of(seed, "beginning", 0).whole(config.minimumFrames(), config.maximumFrames());
        var scene = SceneSampler.video(seed, config.withFrames(SHORTEST, SHORTEST));
        var video = of(scene.beginning(length), seed, richness);
        var still = video.expressions().stream().filter(e -> !e.saysMotion()).toList();
        return new DemoVideo(video.scene(), video.frames(), still);
    }

    private static DemoVideo of(DemoScene scene, long seed, int richness) {
        var renderer = SceneRenderer.of(scene);
        var truth = new SceneTruth(scene);
        var frames = new ArrayList<RenderedFrame>();
        for (int t = 0; t < scene.frames(); t++) {
            var frame = renderer.render(t);
            truth.add(t, frame);
            frames.add(frame);
        }
        return new DemoVideo(
                scene, frames, ExpressionWriter.write(DemoRandom.of(seed, "expressions", 0), truth, richness));
    }
}
