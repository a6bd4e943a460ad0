package org.sola.findtrack;

import java.util.List;
import org.sola.image.RgbImage;
import org.sola.mask.Mask;

/** Says how well what is under a mask fits an expression. Not for several threads at a time. */
public interface FrameAligner extends AutoCloseable {
    /** Name of the model, for provenance. */
    String name();

    /** All of a frame that neither a mask nor an expression changes, computed once; the caller closes it. */
    PreparedFrame prepare(RgbImage frame);

    /** A frame that is ready for masks. */
    interface PreparedFrame extends AutoCloseable {
        /** The alignment of every mask with every expression, masks first, -1..1. */
        List<float[]> align(List<Mask> masks, List<String> expressions);

        @Override
        void close();
    }

    /** What alignments are multiplied by before they are told apart, as in training. */
    double sharpness();

    /** Whether the whole sentence counts; the end of a very long one may be left out. */
    default boolean readsWhole(String expression) {
        return true;
    }

    @Override
    void close();
}
