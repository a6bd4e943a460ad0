package org.sola.propagation;

import java.util.List;
import org.sola.mask.Mask;

/** What every propagation asks of its start. */
public final class KeyFrame {
    private KeyFrame() {}

    /** Refuses a frame that the video does not have, no mask at all, and masks of another size than the video's. */
    public static void check(int keyFrame, List<Mask> masks, int frameCount, int height, int width) {
        if (keyFrame < 0 || keyFrame >= frameCount) {
            throw new IllegalArgumentException(
                    "there is no key frame " + keyFrame + "; the video has frames 0 to " + (frameCount - 1));
        }
        if (masks.isEmpty()) {
            throw new IllegalArgumentException("a propagation needs the mask of at least one object");
        }
        for (int i = 0; i < masks.size(); i++) {
            var mask = masks.get(i);
            if (mask.height() != height || mask.width() != width) {
                throw new IllegalArgumentException("mask " + i + " of the key frame is " + mask.width() + "x"
                        + mask.height() + ", the video's frames are " + width + "x" + height + " (width x height)");
            }
        }
    }
}
