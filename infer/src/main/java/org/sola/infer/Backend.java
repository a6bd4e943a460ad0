package org.sola.infer;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.sola.dataset.ReferringVideo;
import org.sola.mask.Rle;

/** A way to turn a video and its expressions into masks. Not for several threads at a time. */
public interface Backend {
    /** The method and its models, for provenance. */
    String name();

    /**
     * Answers all expressions of a video.
     *
     * @throws InterruptedException if the thread is interrupted on the way
     */
    Answers answer(ReferringVideo video) throws IOException, InterruptedException;

    /** Where what the method says beside its masks lies in a folder of predictions; it is written last. */
    Path recordIn(Path predictions, String videoId);

    /**
     * What was paid once for videos, whatever their expressions.
     *
     * @param before what an earlier run into the same folder paid
     * @param answered the videos whose answers are there, those of earlier runs included
     */
    MethodCost.Once once(MethodCost.Once before, Set<String> answered) throws IOException;

    /**
     * The answers to a video.
     *
     * @param masks for each expression, in the video's order, a mask a frame
     * @param record writes what lies at {@link Backend#recordIn}
     * @param onceSeconds wall time, of the answering, that the number of expressions does not change
     */
    record Answers(List<List<Rle>> masks, RecordWriter record, double onceSeconds) {
        public Answers {
            masks = masks.stream().map(List::copyOf).toList();
        }
    }

    /** Something that is written whole or not at all. */
    @FunctionalInterface
    interface RecordWriter {
        void write(Path file) throws IOException;
    }
}
