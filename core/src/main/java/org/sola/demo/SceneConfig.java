package org.sola.demo;

/**
 * What scenes to draw.
 *
 * @param height frame height in pixels
 * @param width frame width in pixels
 * @param minimumFrames shortest video
 * @param maximumFrames longest video
 * @param minimumObjects fewest objects
 * @param maximumObjects most objects
 * @param smallest area of the smallest objects in pixels, before anything hides them (images only)
 * @param largest area of the largest objects as a share of the frame (images only)
 * @param textured share of objects that are surfaces cut to an outline, photo-like and without a name
 * @param overlap 0 for objects that keep clear of each other, 1 for anywhere (images only)
 * @param effects whether there may be blur, grain, light and shadows
 */
public record SceneConfig(
        int height,
        int width,
        int minimumFrames,
        int maximumFrames,
        int minimumObjects,
        int maximumObjects,
        double smallest,
        double largest,
        double textured,
        double overlap,
        boolean effects) {
    public SceneConfig {
        if (height < 64 || width < 64 || height > 4096 || width > 4096) {
            throw new IllegalArgumentException("frames of 64 to 4096 pixels a side, not " + height + "x" + width);
        }
        if (minimumFrames < 1 || maximumFrames < minimumFrames) {
            throw new IllegalArgumentException("frames " + minimumFrames + ".." + maximumFrames);
        }
        if (minimumObjects < 1 || maximumObjects < minimumObjects || maximumObjects > 200) {
            throw new IllegalArgumentException("objects " + minimumObjects + ".." + maximumObjects);
        }
    }

    /** Referring videos: 256x256, 20 to 40 frames, 2 to 7 objects. */
    public static SceneConfig video() {
        return new SceneConfig(256, 256, 20, 40, 2, 7, 0, 0, 0.08, 0.5, true);
    }

    /** Single images for training a segmenter: 1 to 10 objects from 120 pixels up, a third of them photo-like. */
    public static SceneConfig image() {
        return new SceneConfig(256, 256, 1, 1, 1, 10, 120, 0.25, 0.35, 0.6, true);
    }

    /** Images in which to learn what things are: 3 to 8 objects from 250 pixels up, most of them with a name. */
    public static SceneConfig kinds() {
        return new SceneConfig(256, 256, 1, 1, 3, 8, 250, 0.2, 0.06, 0.2, true);
    }

    /** Images to begin with: few, large objects that keep clear of each other. */
    public static SceneConfig easyImage() {
        return new SceneConfig(256, 256, 1, 1, 1, 5, 700, 0.2, 0.3, 0.0, false);
    }

    /** The same in frames of another size. */
    public SceneConfig withSize(int newHeight, int newWidth) {
        return new SceneConfig(
                newHeight,
                newWidth,
                minimumFrames,
                maximumFrames,
                minimumObjects,
                maximumObjects,
                smallest,
                largest,
                textured,
                overlap,
                effects);
    }

    /** The same with another number of frames. */
    public SceneConfig withFrames(int fewest, int most) {
        return new SceneConfig(
                height,
                width,
                fewest,
                most,
                minimumObjects,
                maximumObjects,
                smallest,
                largest,
                textured,
                overlap,
                effects);
    }

    /** The same with another number of objects. */
    public SceneConfig withObjects(int fewest, int most) {
        return new SceneConfig(
                height,
                width,
                minimumFrames,
                maximumFrames,
                fewest,
                most,
                smallest,
                largest,
                textured,
                overlap,
                effects);
    }
}
