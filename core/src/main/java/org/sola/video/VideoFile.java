package org.sola.video;

import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.NoSuchElementException;
import org.bytedeco.ffmpeg.global.avutil;
import org.bytedeco.javacv.FFmpegFrameGrabber;
import org.bytedeco.javacv.Frame;
import org.bytedeco.javacv.FrameGrabber;
import org.sola.image.RgbImage;

/** A video file in any format that FFmpeg reads, upright as its rotation entry says. */
final class VideoFile implements Video {
    private final Path file;
    private final int height;
    private final int width;
    private final int quarterTurns;
    private final double framesPerSecond;

    private VideoFile(Path file, int height, int width, int quarterTurns, double framesPerSecond) {
        this.file = file;
        this.height = height;
        this.width = width;
        this.quarterTurns = quarterTurns;
        this.framesPerSecond = framesPerSecond;
    }

    static VideoFile open(Path file) {
        avutil.av_log_set_level(avutil.AV_LOG_FATAL);
        try (var grabber = start(file)) {
            int turns = (int) Math.floorMod(Math.round(grabber.getDisplayRotation() / 90), 4L);
            boolean swaps = turns % 2 == 1;
            double rate = grabber.getVideoFrameRate();
            var video = new VideoFile(
                    file,
                    swaps ? grabber.getImageWidth() : grabber.getImageHeight(),
                    swaps ? grabber.getImageHeight() : grabber.getImageWidth(),
                    turns,
                    rate > 0 && Double.isFinite(rate) ? rate : 25);
            if (grabber.grabImage() == null) {
                throw new VideoException(file, "has no frame that can be decoded");
            }
            return video;
        } catch (FrameGrabber.Exception e) {
            throw new VideoException(file, "cannot be decoded: " + e.getMessage());
        }
    }

    private static FFmpegFrameGrabber start(Path file) throws FrameGrabber.Exception {
        var grabber = new FFmpegFrameGrabber(file.toFile());
        try {
            grabber.setPixelFormat(avutil.AV_PIX_FMT_RGB24);
            grabber.start();
            if (!grabber.hasVideo() || grabber.getImageWidth() < 1 || grabber.getImageHeight() < 1) {
                throw new VideoException(file, "has no video stream");
            }
            return grabber;
        } catch (FrameGrabber.Exception | RuntimeException e) {
            grabber.close();
            throw e instanceof VideoException refused
                    ? refused
                    : new VideoException(file, "cannot be decoded; expected a video file that FFmpeg reads");
        }
    }

    @Override
    public String id() {
        String name = file.getFileName().toString();
        int dot = name.lastIndexOf('.');
        return dot > 0 ? name.substring(0, dot) : name;
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
    public FrameIterator frames() {
        try {
            return new Pass(start(file));
        } catch (FrameGrabber.Exception e) {
            throw new VideoException(file, "cannot be decoded: " + e.getMessage());
        }
    }

    private final class Pass implements FrameIterator {
        private final FFmpegFrameGrabber grabber;
        private RgbImage ahead;
        private boolean finished;

        private Pass(FFmpegFrameGrabber grabber) {
            this.grabber = grabber;
        }

        @Override
        public boolean hasNext() {
            if (ahead == null && !finished) {
                try {
                    Frame frame = grabber.grabImage();
                    finished = frame == null;
                    ahead = finished ? null : upright(frame);
                } catch (FrameGrabber.Exception e) {
                    throw new VideoException(file, "cannot be decoded further: " + e.getMessage());
                }
            }
            return ahead != null;
        }

        @Override
        public RgbImage next() {
            if (!hasNext()) {
                throw new NoSuchElementException();
            }
            var image = ahead;
            ahead = null;
            return image;
        }

        @Override
        public void close() {
            finished = true;
            ahead = null;
            try {
                grabber.close();
            } catch (FrameGrabber.Exception e) {
                throw new VideoException(file, "cannot be closed: " + e.getMessage());
            }
        }
    }

    /** Copies the decoder's rows out; a turn by 90 degrees clockwise is one quarter of the display rotation, negative. */
    private RgbImage upright(Frame frame) {
        int rows = frame.imageHeight;
        int columns = frame.imageWidth;
        var buffer = (ByteBuffer) frame.image[0];
        var rgb = new byte[rows * columns * 3];
        for (int y = 0; y < rows; y++) {
            buffer.get(y * frame.imageStride, rgb, y * columns * 3, columns * 3);
        }
        var image = new RgbImage(rows, columns, rgb);
        for (int i = 0; i < quarterTurns; i++) {
            image = turnCounterClockwise(image);
        }
        if (image.height() != height || image.width() != width) {
            throw new VideoException(
                    file,
                    "changes its size to " + image.width() + "x" + image.height() + ", it began with " + width + "x"
                            + height);
        }
        return image;
    }

    private static RgbImage turnCounterClockwise(RgbImage image) {
        int height = image.width();
        int width = image.height();
        var rgb = new byte[image.rgb().length];
        for (int y = 0; y < height; y++) {
            for (int x = 0; x < width; x++) {
                System.arraycopy(image.rgb(), (x * image.width() + height - 1 - y) * 3, rgb, (y * width + x) * 3, 3);
            }
        }
        return new RgbImage(height, width, rgb);
    }
}
