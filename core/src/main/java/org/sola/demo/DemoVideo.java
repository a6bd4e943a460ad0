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
        var scene = SceneSampler.video(seed, config);
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
