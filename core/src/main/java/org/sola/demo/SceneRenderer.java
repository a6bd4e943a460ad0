package org.sola.demo;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.sola.image.RgbImage;

/**
 * Paints the frames of one scene. Made once a scene (it colours the surfaces), then {@link #render(int)} may be called
 * for any frame in any order and from several threads.
 *
 * <p>Objects are drawn by inverse mapping with bilinear sampling from the fitting mipmap level; a pixel belongs to the
 * front-most object that covers at least half of it.
 */
public final class SceneRenderer {
    private static final double SHADOW_SHIFT = 0.09; // of the object's size, to the lower right
    private static final int SHADOW_STRENGTH = 90; // of 256

    private final DemoScene scene;
    private final Texture background;
    private final List<Texture> textures;
    private final int objects;

    private SceneRenderer(DemoScene scene) {
        this.scene = scene;
        this.background = scene.background().surface().texture();
        this.textures =
                scene.layers().stream().map(layer -> layer.look().texture()).toList();
        this.objects =
                (int) scene.layers().stream().filter(layer -> !layer.scenery()).count();
    }

    /** Prepares a scene. */
    public static SceneRenderer of(DemoScene scene) {
        return new SceneRenderer(scene);
    }

    /** One frame of a scene that is not needed again. */
    public static RenderedFrame render(DemoScene scene, int frame) {
        return of(scene).render(frame);
    }

    /** The frame at position {@code frame}, from 0. */
    public RenderedFrame render(int frame) {
        int height = scene.height();
        int width = scene.width();
        var camera = scene.camera().get(frame);
        var pixels = new int[height * width];
        var owners = new byte[height * width];
        paintBackground(pixels, camera);
        var whole = new ArrayList<Double>(Collections.nCopies(objects, 0.0));
        for (int i = 0; i < scene.layers().size(); i++) {
            var layer = scene.layers().get(i);
            var pose = layer.poses().get(frame);
            var texture = textures.get(i);
            if (scene.effects().shadows() && !layer.scenery()) {
                double shift = SHADOW_SHIFT * pose.size();
                var shadow =
                        new Pose(pose.x() + shift, pose.y() + shift, pose.size() * 1.06, pose.angle(), pose.mirror());
                new Stamp(texture, shadow, camera, height, width, 4).darken(pixels, SHADOW_STRENGTH);
            }
            var stamp = new Stamp(texture, pose, camera, height, width, 1);
            stamp.draw(pixels, owners, layer.id());
            if (!layer.scenery()) {
                whole.set(layer.id() - 1, stamp.wholePixels());
            }
        }
        var rgb = Finish.apply(pixels, height, width, scene.effects(), frame);
        return new RenderedFrame(new RgbImage(height, width, rgb), owners, whole);
    }

    private void paintBackground(int[] pixels, CameraPose camera) {
        var ground = scene.background();
        var level = background.level(ground.scale() / camera.zoom());
        double ratio = (double) level.width() / background.width();
        // screen -> world -> texel, both affine: start at the frame's corner and step
        double perPixel = ground.scale() * ratio / camera.zoom();
        double cos = StrictMath.cos(ground.angle() - camera.angle());
        double sin = StrictMath.sin(ground.angle() - camera.angle());
        double groundCos = StrictMath.cos(ground.angle());
        double groundSin = StrictMath.sin(ground.angle());
        double centreU =
                ratio * (ground.offsetX() + ground.scale() * (groundCos * camera.x() - groundSin * camera.y()));
        double centreV =
                ratio * (ground.offsetY() + ground.scale() * (groundSin * camera.x() + groundCos * camera.y()));
        for (int y = 0; y < scene.height(); y++) {
            double dy = y + 0.5 - scene.height() / 2.0;
            double dx = 0.5 - scene.width() / 2.0;
            double u = 256 * (centreU + perPixel * (cos * dx - sin * dy));
            double v = 256 * (centreV + perPixel * (sin * dx + cos * dy));
            double stepU = 256 * perPixel * cos;
            double stepV = 256 * perPixel * sin;
            int at = y * scene.width();
            for (int x = 0; x < scene.width(); x++) {
                pixels[at + x] = level.sampleMirrored(
                        (int) StrictMath.floor(u + x * stepU), (int) StrictMath.floor(v + x * stepV));
            }
        }
    }
}
