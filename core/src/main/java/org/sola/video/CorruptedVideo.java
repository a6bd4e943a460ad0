package org.sola.video;

import java.util.OptionalInt;
import org.sola.image.Corruption;
import org.sola.image.RgbImage;

/**
 * A video whose frames are corrupted as they are read, before anything else sees them. Every pass gives the same frames.
 *
 * @param video the clean one
 * @param id what the draws depend on, beside the corruption's seed and the frame
 * @param corruption what is done to a frame
 */
public record CorruptedVideo(Video video, String id, Corruption corruption) implements Video {
    @Override
    public int height() {
        return video.height();
    }

    @Override
    public int width() {
        return video.width();
    }

    @Override
    public double framesPerSecond() {
        return video.framesPerSecond();
    }

    @Override
    public OptionalInt announcedFrames() {
        return video.announcedFrames();
    }

    @Override
    public FrameIterator frames() {
        var clean = video.frames();
        return new FrameIterator() {
            private int frame;

            @Override
            public boolean hasNext() {
                return clean.hasNext();
            }

            @Override
            public RgbImage next() {
                return corruption.apply(clean.next(), id, frame++);
            }

            @Override
            public void close() {
                clean.close();
            }
        };
    }
}
