package org.sola.video;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.sola.image.RgbImage;

/**
 * A video's frames for reading in any order: their pixels as they are, in a temporary file that is gone when this is
 * closed. Videos themselves are read from front to back only.
 */
public final class StoredFrames implements AutoCloseable {
    private final FileChannel file;
    private final int height;
    private final int width;
    private int count;

    private StoredFrames(FileChannel file, int height, int width) {
        this.file = file;
        this.height = height;
        this.width = width;
    }

    /**
     * Reads a whole video.
     *
     * @param folder where the temporary file goes: three bytes a pixel
     */
    public static StoredFrames read(Video video, Path folder) throws IOException {
        Files.createDirectories(folder);
        var file = FileChannel.open(
                Files.createTempFile(folder, "frames-", ".spill"),
                StandardOpenOption.READ,
                StandardOpenOption.WRITE,
                StandardOpenOption.DELETE_ON_CLOSE); // on Unix without a name from now on: no kill leaves it behind
        var stored = new StoredFrames(file, video.height(), video.width());
        try (var frames = video.frames()) {
            while (frames.hasNext()) {
                stored.add(frames.next());
            }
            return stored;
        } catch (IOException | RuntimeException e) {
            file.close();
            throw e;
        }
    }

    private void add(RgbImage frame) throws IOException {
        var pixels = ByteBuffer.wrap(frame.rgb());
        long at = (long) count * pixels.capacity();
        while (pixels.hasRemaining()) {
            at += file.write(pixels, at);
        }
        count++;
    }

    /** Number of frames. */
    public int count() {
        return count;
    }

    /** A frame, read anew at each call. */
    public RgbImage at(int frame) {
        if (frame < 0 || frame >= count) {
            throw new IllegalArgumentException("there is no frame " + frame + ", only 0 to " + (count - 1));
        }
        var rgb = new byte[height * width * 3];
        var pixels = ByteBuffer.wrap(rgb);
        try {
            while (pixels.hasRemaining()) {
                if (file.read(pixels, (long) frame * rgb.length + pixels.position()) < 0) {
                    throw new IOException("it ends early");
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException("the temporary file of frames cannot be read: " + e.getMessage(), e);
        }
        return new RgbImage(height, width, rgb);
    }

    @Override
    public void close() {
        try {
            file.close();
        } catch (IOException e) {
            throw new UncheckedIOException("the temporary file of frames cannot be closed", e);
        }
    }
}
