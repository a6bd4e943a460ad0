package org.sola.video;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.List;
import org.bytedeco.ffmpeg.global.avcodec;
import org.bytedeco.ffmpeg.global.avutil;
import org.bytedeco.ffmpeg.global.swscale;
import org.bytedeco.javacv.FFmpegFrameRecorder;
import org.bytedeco.javacv.Frame;
import org.bytedeco.javacv.FrameRecorder;
import org.sola.file.AtomicFile;
import org.sola.image.RgbImage;

/**
 * Writes frames as an MP4 that browsers play: H.264 where FFmpeg has an encoder for it, MPEG-4 part 2 otherwise.
 *
 * <p>Sides of odd length get their last row or column twice, since 4:2:0 video has even sides; those shorter than {@value
 * #SHORTEST_SIDE} get it as often as encoders need. The file appears under its name with {@link #finish()}; closing
 * without it leaves nothing behind.
 */
public final class VideoWriter implements AutoCloseable {
    /** Best first; x264 is only in builds under the GPL. */
    private static final List<String> ENCODERS = List.of("libx264", "libopenh264", "mpeg4");
    /** Enough that tints and letters stay clean; a 720p video at 30 frames a second takes some 4 Mbit a second. */
    private static final double BITS_PER_PIXEL = 0.15;

    /** H.264 encoders refuse less than a macroblock. */
    private static final int SHORTEST_SIDE = 16;

    private final Path target;
    private final Path temporary;
    private final int height;
    private final int width;
    private final ByteBuffer padded;
    private final FFmpegFrameRecorder recorder;
    private int frames;
    private boolean isClosed;

    private VideoWriter(Path target, int height, int width, FFmpegFrameRecorder recorder) {
        this.target = target;
        this.temporary = temporary(target);
        this.height = height;
        this.width = width;
        this.padded =
                ByteBuffer.allocateDirect(Math.multiplyExact(Math.multiplyExact(padded(height), padded(width)), 3));
        this.recorder = recorder;
    }

    /**
     * Starts a video; missing parent folders are made.
     *
     * @param framesPerSecond more than 0
     */
    public static VideoWriter open(Path target, int height, int width, double framesPerSecond) throws IOException {
        return open(target, height, width, framesPerSecond, ENCODERS);
    }

    static VideoWriter open(Path target, int height, int width, double framesPerSecond, List<String> encoders)
            throws IOException {
        if (height < 1 || width < 1 || !(framesPerSecond > 0) || Double.isInfinite(framesPerSecond)) {
            throw new IllegalArgumentException("a video of " + width + "x" + height + " at " + framesPerSecond
                    + " frames a second cannot be made");
        }
        NativeFfmpeg.load();
        Files.createDirectories(target.toAbsolutePath().getParent());
        FrameRecorder.Exception failure = null;
        for (String encoder : encoders) {
            if (avcodec.avcodec_find_encoder_by_name(encoder) == null) {
                continue;
            }
            var recorder = recorder(temporary(target), encoder, padded(height), padded(width), framesPerSecond);
            try {
                recorder.start();
                return new VideoWriter(target, height, width, recorder);
            } catch (FrameRecorder.Exception e) {
                failure = e;
                release(recorder);
                Files.deleteIfExists(temporary(target));
            }
        }
        throw new IOException(
                "cannot write " + target + ": "
                        + (failure == null ? "FFmpeg has none of the encoders " + encoders : failure.getMessage()),
                failure);
    }

    private static FFmpegFrameRecorder recorder(Path file, String encoder, int height, int width, double rate) {
        var recorder = new FFmpegFrameRecorder(file.toAbsolutePath().toString(), width, height);
        recorder.setFormat("mp4");
        recorder.setOption("movflags", "faststart");
        recorder.setOption("fflags", "bitexact");
        recorder.setVideoCodecName(encoder);
        recorder.setPixelFormat(avutil.AV_PIX_FMT_YUV420P);
        recorder.setFrameRate(writableRate(rate));
        recorder.setGopSize(Math.max(1, (int) Math.round(rate)));
        recorder.setVideoBitrate((int) Math.min(40e6, Math.max(400e3, BITS_PER_PIXEL * height * width * rate)));
        recorder.setImageScalingFlags(swscale.SWS_BICUBIC | swscale.SWS_ACCURATE_RND);
        // what the conversion from RGB uses; players would guess by the size otherwise
        recorder.setVideoOption("colorspace", "smpte170m");
        recorder.setVideoOption("color_range", "tv");
        recorder.setVideoOption("threads", "1"); // the bytes must not depend on the machine
        return recorder;
    }

    /** The nearest rate whose fraction fits the 16 bits of MPEG-4: television's n/1001, or so many decimals. */
    static double writableRate(double rate) {
        double television = Math.round(rate * 1.001) / 1.001;
        if (rate < 61 && rate > 1 && Math.abs(television - rate) < 0.001) {
            return television;
        }
        double steps = rate <= 65 ? 1000 : rate <= 650 ? 100 : 1;
        return Math.max(1, Math.round(rate * steps)) / steps;
    }

    private static Path temporary(Path target) {
        return target.resolveSibling(target.getFileName() + AtomicFile.TEMPORARY_SUFFIX);
    }

    private static int padded(int side) {
        return Math.max(SHORTEST_SIDE, side + (side & 1));
    }

    /** Adds a frame of the video's size. */
    public void write(RgbImage frame) throws IOException {
        if (frame.height() != height || frame.width() != width) {
            throw new IllegalArgumentException("frame " + frames + " is " + frame.width() + "x" + frame.height()
                    + ", the video " + target + " is " + width + "x" + height + " (width x height)");
        }
        if (isClosed) {
            throw new IllegalStateException(target + " is finished already");
        }
        int rowBytes = width * 3;
        padded.clear();
        for (int y = 0; y < padded(height); y++) {
            int row = Math.min(y, height - 1) * rowBytes;
            padded.put(frame.rgb(), row, rowBytes);
            for (int x = width; x < padded(width); x++) {
                padded.put(frame.rgb(), row + rowBytes - 3, 3);
            }
        }
        padded.flip();
        try {
            recorder.recordImage(
                    padded(width),
                    padded(height),
                    Frame.DEPTH_UBYTE,
                    3,
                    padded(width) * 3,
                    avutil.AV_PIX_FMT_RGB24,
                    padded);
        } catch (FrameRecorder.Exception e) {
            throw new IOException("cannot write " + target + " at frame " + frames + ": " + e.getMessage(), e);
        }
        frames++;
    }

    /** Completes the file and gives it its name. */
    public void finish() throws IOException {
        if (frames == 0) {
            throw new IllegalStateException("no frame was written to " + target);
        }
        if (isClosed) {
            return;
        }
        isClosed = true;
        try {
            recorder.close();
            requireComplete();
            try (var channel = FileChannel.open(temporary, StandardOpenOption.WRITE)) {
                channel.force(true);
            }
            Files.move(temporary, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } catch (FrameRecorder.Exception | VideoException e) {
            throw new IOException("cannot write " + target + ": " + e.getMessage(), e);
        } finally {
            Files.deleteIfExists(temporary);
        }
    }

    /** FFmpeg says nothing when the disk is full at the very end, so the list of frames is read back. */
    private void requireComplete() {
        try (var decoder = FrameDecoder.open(temporary)) {
            int listed = decoder.announcedFrames().orElse(0);
            if (listed != frames) {
                throw new VideoException(temporary, "holds " + listed + " of " + frames + " frames; is the disk full?");
            }
        }
    }

    /** Ends the writing; without {@link #finish()} before it nothing is left. */
    @Override
    public void close() throws IOException {
        if (!isClosed) {
            isClosed = true;
            release(recorder);
            Files.deleteIfExists(temporary);
        }
    }

    private static void release(FFmpegFrameRecorder recorder) throws IOException {
        try {
            recorder.release();
        } catch (FrameRecorder.Exception e) {
            throw new IOException("the video encoder cannot be closed: " + e.getMessage(), e);
        }
    }
}
