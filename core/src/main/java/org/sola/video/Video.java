package org.sola.video;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalInt;
import org.sola.file.FileNames;

/**
 * A video that can be read again and again, a frame at a time; all frames have one size and stand upright.
 *
 * <p>Frames come as they are stored: none is dropped or doubled to keep a rate, and pixels that are not square stay so.
 */
public interface Video {
    /** Name without ending, used in outputs. */
    String id();

    int height();

    int width();

    /** Frames a second; a folder of images, which does not say, counts 25. */
    double framesPerSecond();

    /** Number of frames if it is known beforehand; good for progress, the pass itself decides. */
    default OptionalInt announcedFrames() {
        return OptionalInt.empty();
    }

    /**
     * Starts a pass over the frames; the caller closes it. Reading throws {@link VideoException} where a file is
     * damaged or a frame has another size, naming file and frame.
     */
    FrameIterator frames();

    /** Number of frames, read through to the end where nothing else is sure. */
    default int countFrames() {
        int count = 0;
        try (var frames = frames()) {
            while (frames.hasNext()) {
                frames.next();
                count++;
            }
        }
        return count;
    }

    /**
     * Starts a pass over some frames only; the caller closes it. Frames that are files of their own are not read where
     * they are not asked for.
     *
     * @param rising their indices, each larger than the one before
     */
    default FrameIterator frames(List<Integer> rising) {
        return new ChosenFrames(frames(), rising);
    }

    /** A folder of JPEG or PNG frames in the order of their names, a video file, or one image. */
    static Video open(Path path) throws IOException {
        if (Files.isDirectory(path)) {
            return FrameFolder.open(path);
        }
        if (!Files.isRegularFile(path)) {
            throw new VideoException(path, "does not exist; expected a video file or a folder of frames");
        }
        return FrameFolder.isImage(path)
                ? FrameFolder.of(FileNames.withoutEnding(path), List.of(path))
                : VideoFile.open(path);
    }
}
