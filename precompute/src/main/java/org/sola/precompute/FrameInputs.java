package org.sola.precompute;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.util.Iterator;
import org.sola.image.Filter;
import org.sola.image.Resize;
import org.sola.image.RgbImage;
import org.sola.sam2.ImageInput;
import org.sola.video.FrameIterator;

/**
 * A video's frames as the image encoder takes them, one at a time, each shown to a watcher as it passes.
 *
 * <p>They are resized as SAM 2's video predictor resizes JPEG frames, by Pillow's bicubic filter whatever the aspect. The
 * reference prompts from features of another resizing (antialiased bilinear); here one encoding serves both.
 */
final class FrameInputs implements Iterator<NDArray> {
    private final FrameIterator frames;
    private final NDManager manager;
    private final int imageSize;
    private final Watcher watcher;
    private int count;

    /** Sees a frame before it is encoded. */
    @FunctionalInterface
    interface Watcher {
        void frame(int index, RgbImage image);
    }

    FrameInputs(FrameIterator frames, NDManager manager, int imageSize, Watcher watcher) {
        this.frames = frames;
        this.manager = manager;
        this.imageSize = imageSize;
        this.watcher = watcher;
    }

    @Override
    public boolean hasNext() {
        return frames.hasNext();
    }

    @Override
    public NDArray next() {
        var image = frames.next();
        watcher.frame(count++, image);
        var square = Resize.image(image, imageSize, imageSize, Filter.BICUBIC_ANTIALIASED);
        return ImageInput.normalised(manager, square);
    }
}
