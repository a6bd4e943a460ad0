package org.sola.findtrack;

import java.util.List;
import org.sola.image.RgbImage;
import org.sola.mask.Mask;

/** Segments what expressions mean on single frames. Not for several threads at a time. */
public interface ReferringSegmenter extends AutoCloseable {
    /** Name of the model, for provenance. */
    String name();

    /** All of a frame that no expression changes, computed once; the caller closes it. */
    EncodedFrame encode(RgbImage frame);

    /** A frame that is ready for expressions. */
    interface EncodedFrame extends AutoCloseable {
        /** What each expression means, in their order. */
        List<Proposal> segment(List<String> expressions);

        @Override
        void close();
    }

    /**
     * An expression's mask on a frame.
     *
     * @param mask at the frame's size: logits above 0
     * @param confidence the network's estimate of the mask's quality, unbounded
     */
    record Proposal(Mask mask, float confidence) {}

    @Override
    void close();
}
