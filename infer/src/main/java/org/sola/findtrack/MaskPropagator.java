package org.sola.findtrack;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.sola.mask.Rle;
import org.sola.video.Video;

/** Follows the mask of one frame through a whole video, both ways. Not for several threads at a time. */
public interface MaskPropagator extends AutoCloseable {
    /** Name of the model, for provenance. */
    String name();

    /**
     * Starts on a video; the caller closes it.
     *
     * @param spill where frame features go that memory does not hold
     */
    OpenVideo open(Video video, Path spill) throws IOException;

    /** A video whose frames are encoded once, when they are first needed, whatever is followed through it. */
    interface OpenVideo extends AutoCloseable {
        /**
         * Follows each mask by itself, forward to the video's end and back to its start.
         *
         * @param progress told after every frame of a pass
         * @return for each key frame a mask a frame, at the video's size
         * @throws InterruptedException if the thread is interrupted on the way
         */
        List<List<Rle>> propagate(List<KeyFrame> keyFrames, Runnable progress) throws IOException, InterruptedException;

        /** Frames that went through the image encoder so far. */
        long encoderCalls();

        /** Wall time that this took. */
        double encoderSeconds();

        @Override
        void close();
    }

    @Override
    void close();
}
