package org.sola.demo;

import java.util.List;

/**
 * The whole truth about a video (or, with one frame, an image) before any pixel is drawn; immutable.
 *
 * @param height frame height in pixels
 * @param width frame width in pixels
 * @param background what is behind everything
 * @param layers objects and scenery from back to front; objects have the ids 1, 2, ... in any order
 * @param camera one pose a frame; their number is the number of frames
 * @param effects blur, grain, light
 */
public record DemoScene(
        int height,
        int width,
        Background background,
        List<DemoObject> layers,
        List<CameraPose> camera,
        Effects effects) {
    public DemoScene {
        layers = List.copyOf(layers);
        camera = List.copyOf(camera);
        for (var layer : layers) {
            if (layer.poses().size() != camera.size()) {
                throw new IllegalArgumentException("object " + layer.id() + " has "
                        + layer.poses().size() + " poses in a scene of " + camera.size() + " frames");
            }
        }
        if (effects.gain().size() != camera.size()) {
            throw new IllegalArgumentException(
                    effects.gain().size() + " brightness values in a scene of " + camera.size() + " frames");
        }
    }

    /** Number of frames. */
    public int frames() {
        return camera.size();
    }

    /** The scene as it begins: its first frames alone. */
    public DemoScene beginning(int length) {
        if (length < 1 || length > frames()) {
            throw new IllegalArgumentException(length + " frames of a scene of " + frames());
        }
        return new DemoScene(
                height,
                width,
                background,
                layers.stream().map(layer -> layer.beginning(length)).toList(),
                camera.subList(0, length),
                effects.beginning(length));
    }

    /** The objects that have masks, in the order of their ids. */
    public List<DemoObject> objects() {
        return layers.stream()
                .filter(layer -> !layer.scenery())
                .sorted((a, b) -> Integer.compare(a.id(), b.id()))
                .toList();
    }
}
