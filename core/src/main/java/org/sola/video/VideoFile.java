package org.sola.video;

import java.nio.file.Path;
import java.util.NoSuchElementException;
import java.util.OptionalInt;
import org.sola.file.FileNames;
import org.sola.image.RgbImage;

/** A video file in any format that FFmpeg reads, upright as its display matrix says. */
final class VideoFile implements Video {
    private final Path file;
    private final int height;
    private final int width;
    private final double framesPerSecond;
    private final OptionalInt announcedFrames;

    private VideoFile(Path file, RgbImage first, double framesPerSecond, OptionalInt announcedFrames) {
        this.file = file;
        this.height = first.height();
        this.width = first.width();
        this.framesPerSecond = framesPerSecond;
        this.announcedFrames = announcedFrames;
    }

    /** Decodes the first frame for the size, so that a file without any is refused here. */
    static VideoFile open(Path file) {
        try (var decoder = FrameDecoder.open(file)) {
            var first = decoder.next();
            if (first == null) {
                throw new VideoException(file, "has no frame that can be decoded");
            }
            return new VideoFile(file, first, decoder.framesPerSecond(), decoder.announcedFrames());
        }
    }

    @Override
    public String id() {
        return FileNames.withoutEnding(file);
    }

    @Override
    public int height() {
        return height;
    }

    @Override
    public int width() {
        return width;
    }

    @Override
    public double framesPerSecond() {
        return framesPerSecond;
    }

    @Override
    public OptionalInt announcedFrames() {
        return announcedFrames;
    }

    @Override
    public FrameIterator frames() {
        return new Pass(FrameDecoder.open(file));
    }

    private final class Pass implements FrameIterator {
        private final FrameDecoder decoder;
        private RgbImage ahead;
        private boolean isFinished;

        private Pass(FrameDecoder decoder) {
            this.decoder = decoder;
        }

        @Override
        public boolean hasNext() {
            if (ahead == null && !isFinished) {
                ahead = decoder.next();
                isFinished = ahead == null;
                if (!isFinished && (ahead.height() != height || ahead.width() != width)) {
                    throw new VideoException(
                            file,
                            "changes its size to " + ahead.width() + "x" + ahead.height() + ", it began with " + width
                                    + "x" + height + " (width x height); cut it into clips of one size");
                }
            }
            return ahead != null;
        }

        @Override
        public RgbImage next() {
            if (!hasNext()) {
                throw new NoSuchElementException("no frame is left in " + file);
            }
            var image = ahead;
            ahead = null;
            return image;
        }

        @Override
        public void close() {
            isFinished = true;
            ahead = null;
            decoder.close();
        }
    }
}
