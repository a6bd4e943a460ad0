package org.sola.dataset;

import java.util.BitSet;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import org.sola.mask.Rle;

/** Where the masks of a split with its own mask files come from. Safe for use by several threads. */
interface MaskSource {
    /** Whether there is any mask. */
    boolean isPresent();

    /** The objects of a video that are annotated. */
    Set<String> known(ReferringVideo video);

    /** The masks of one of them, one a frame. */
    List<Rle> masks(ReferringVideo video, String object, int height, int width);

    /** The frames that are scored for an expression. */
    default BitSet scored(ReferringVideo video, Expression expression) {
        var all = new BitSet();
        all.set(0, video.frameNames().size());
        return all;
    }

    /** The pixels that count nothing, one mask a frame. */
    default List<Rle> ignored(ReferringVideo video, int height, int width) {
        return Collections.nCopies(video.frameNames().size(), Rle.empty(height, width));
    }
}
