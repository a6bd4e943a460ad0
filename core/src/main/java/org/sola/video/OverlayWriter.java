package org.sola.video;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.sola.image.RgbImage;

/** Writes a video with the objects painted over its frames, and a caption in a strip below. */
public final class OverlayWriter implements AutoCloseable {
    private final Path target;
    private final double framesPerSecond;
    private final String caption;
    private VideoWriter writer;

    private OverlayWriter(Path target, double framesPerSecond, String caption) {
        this.target = target;
        this.framesPerSecond = framesPerSecond;
        this.caption = caption;
    }

    /** Starts an MP4; {@code caption} is usually the expression, an empty one leaves the strip out. */
    public static OverlayWriter open(Path target, double framesPerSecond, String caption) {
        return new OverlayWriter(target, framesPerSecond, caption);
    }

    /** Adds a frame and gives back what was painted, without the caption. */
    public RgbImage write(RgbImage frame, List<OverlayObject> objects) throws IOException {
        var painted = Overlay.paint(frame, objects);
        var captioned = Overlay.caption(painted, caption);
        if (writer == null) {
            writer = VideoWriter.open(target, captioned.height(), captioned.width(), framesPerSecond);
        }
        writer.write(captioned);
        return painted;
    }

    /** Completes the file and gives it its name. */
    public void finish() throws IOException {
        if (writer == null) {
            throw new IllegalStateException("no frame was written to " + target);
        }
        writer.finish();
    }

    /** Ends the writing; without {@link #finish()} before it nothing is left. */
    @Override
    public void close() throws IOException {
        if (writer != null) {
            writer.close();
        }
    }
}
