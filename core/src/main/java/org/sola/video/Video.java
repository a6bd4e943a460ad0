package org.sola.video;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** A video that can be read again and again, a frame at a time; all frames have one size. */
public interface Video {
    /** Name without ending, used in outputs. */
    String id();

    int height();

    int width();

    /** Frames a second; a folder of images, which does not say, counts 25. */
    double framesPerSecond();

    /** Starts a pass over the frames; the caller closes it. */
    FrameIterator frames();

    /** A folder of JPEG or PNG frames in the order of their names, or a video file. */
    static Video open(Path path) throws IOException {
        if (Files.isDirectory(path)) {
            return FrameFolder.open(path);
        }
        if (!Files.isRegularFile(path)) {
            throw new VideoException(path, "does not exist; expected a video file or a folder of frames");
        }
        return VideoFile.open(path);
    }
}
