package org.sola.sam2;

import java.util.List;
import java.util.Optional;
import org.sola.mask.Mask;

/**
 * All objects on one frame.
 *
 * @param frame index of the frame
 * @param objects in the order in which they were first prompted; objects without an answer on this frame are left out
 * @param masks the objects' masks at the video's size, in the same order
 */
public record FrameResult(int frame, List<ObjectFrame> objects, List<Mask> masks) {
    public FrameResult {
        objects = List.copyOf(objects);
        masks = List.copyOf(masks);
    }

    /** The mask of one object; empty if it has no answer on this frame. */
    public Optional<Mask> mask(long objectId) {
        for (int i = 0; i < objects.size(); i++) {
            if (objects.get(i).objectId() == objectId) {
                return Optional.of(masks.get(i));
            }
        }
        return Optional.empty();
    }
}
