package org.sola.evaluate;

import java.util.BitSet;
import java.util.List;
import org.sola.dataset.Expression;
import org.sola.dataset.ReferringDataset;
import org.sola.dataset.ReferringVideo;
import org.sola.mask.Rle;

/** What of a clip is scored for an expression: its annotated frames, without void pixels. */
record CountedPixels(BitSet frames, List<Rle> ignored) {
    static CountedPixels of(ReferringDataset dataset, ReferringVideo video, Expression expression, FrameSize size) {
        return new CountedPixels(
                dataset.scoredFrames(video, expression), dataset.ignored(video, size.height(), size.width()));
    }

    /** The masks of the scored frames, void left out. */
    List<Rle> of(List<Rle> masks) {
        return frames.stream()
                .filter(t -> t < masks.size())
                .mapToObj(t ->
                        ignored.get(t).isEmpty() ? masks.get(t) : masks.get(t).minus(ignored.get(t)))
                .toList();
    }
}
