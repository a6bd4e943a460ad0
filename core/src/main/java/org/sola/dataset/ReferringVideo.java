package org.sola.dataset;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import java.util.stream.IntStream;
import org.sola.image.ImageFiles;
import org.sola.image.RgbImage;
import org.sola.video.FrameFolder;
import org.sola.video.Video;

/**
 * A video of a data set with its expressions.
 *
 * @param id its name in the data set
 * @param frameNames names of its frames without the ending, in order
 * @param expressions its sentences
 * @param source the folder of its frames, or the video file
 * @param ending what the frames' files end in, such as {@code .jpg}; empty where {@code source} is a video file
 */
public record ReferringVideo(
        String id, List<String> frameNames, List<Expression> expressions, Path source, String ending) {
    public ReferringVideo {
        frameNames = List.copyOf(frameNames);
        expressions = List.copyOf(expressions);
    }

    /** Whether it is one file with all its frames. */
    public boolean isFile() {
        return ending.isEmpty();
    }

    /** The file of frame {@code t}, or the video file. */
    public Path frame(int t) {
        return isFile() ? source : source.resolve(frameNames.get(t) + ending);
    }

    /** Every file of it: one a frame, or the video file. */
    public List<Path> files() {
        return isFile()
                ? List.of(source)
                : IntStream.range(0, frameNames.size()).mapToObj(this::frame).toList();
    }

    /** Opens its frames for reading in order. */
    public Video open() throws IOException {
        return isFile() ? Video.open(source) : FrameFolder.of(id, files());
    }

    /** One frame; of a video file everything before it is decoded too. */
    public RgbImage read(int t) throws IOException {
        if (!isFile()) {
            return ImageFiles.read(frame(t));
        }
        try (var frames = open().frames()) {
            for (int i = 0; i < t && frames.hasNext(); i++) {
                frames.next();
            }
            if (!frames.hasNext()) {
                throw new IOException(source + " ends before frame " + frameNames.get(t));
            }
            return frames.next();
        }
    }

    /**
     * The expression with this id.
     *
     * @throws java.util.NoSuchElementException if there is none
     */
    public Expression expression(String expressionId) {
        return expressions.stream()
                .filter(each -> each.id().equals(expressionId))
                .findFirst()
                .orElseThrow();
    }

    /** Every annotated object that some expression names, in natural order. */
    public List<String> annotationIds() {
        var ids = new TreeSet<String>(Comparator.comparingInt(String::length).thenComparing(s -> s));
        expressions.stream()
                .map(Expression::annotationIds)
                .flatMap(Optional::stream)
                .forEach(ids::addAll);
        return List.copyOf(ids);
    }
}
