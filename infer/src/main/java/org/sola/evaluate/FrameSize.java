package org.sola.evaluate;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import javax.imageio.ImageIO;
import org.sola.dataset.ReferringVideo;

/** Height and width of an image file in pixels, read from headers. */
public record FrameSize(int height, int width) {
    /** Of a video's frames: the first one's header, or the video file's. */
    public static FrameSize of(ReferringVideo video) throws IOException {
        if (!video.isFile()) {
            return of(video.frame(0));
        }
        var clip = video.open();
        return new FrameSize(clip.height(), clip.width());
    }

    private static FrameSize of(Path file) throws IOException {
        if (!Files.isRegularFile(file)) {
            throw new IOException(file + " is missing; the data set lists this frame");
        }
        try (var stream = ImageIO.createImageInputStream(file.toFile())) {
            var readers = ImageIO.getImageReaders(stream);
            if (!readers.hasNext()) {
                throw new IOException(file + " is not an image that can be read");
            }
            var reader = readers.next();
            try {
                reader.setInput(stream, true, true);
                return new FrameSize(reader.getHeight(0), reader.getWidth(0));
            } finally {
                reader.dispose();
            }
        }
    }
}
