package org.sola.video;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.NoSuchElementException;
import java.util.OptionalInt;
import org.sola.image.ImageFiles;
import org.sola.image.RgbImage;

/** A folder of JPEG or PNG frames, or a list of such files, in order. */
public final class FrameFolder implements Video {
    private final String id;
    private final List<Path> files;
    private final int height;
    private final int width;

    private FrameFolder(String id, List<Path> files, int height, int width) {
        this.id = id;
        this.files = files;
        this.height = height;
        this.width = width;
    }

    /** Every image of {@code folder} in the order of their names, numbers in them by value. */
    public static FrameFolder open(Path folder) throws IOException {
        List<Path> files;
        try (var listing = Files.list(folder)) {
            files = listing.filter(FrameFolder::isImage)
                    .sorted(new FrameOrder())
                    .toList();
        }
        if (files.isEmpty()) {
            throw new VideoException(folder, "holds no .jpg, .jpeg or .png frames");
        }
        return of(folder.toAbsolutePath().normalize().getFileName().toString(), files);
    }

    /** The given files in the given order; the first is read for the size. */
    public static FrameFolder of(String id, List<Path> files) throws IOException {
        if (files.isEmpty()) {
            throw new IllegalArgumentException("video \"" + id + "\" has no frames");
        }
        var first = ImageFiles.read(files.get(0));
        return new FrameFolder(id, List.copyOf(files), first.height(), first.width());
    }

    static boolean isImage(Path file) {
        String name = file.getFileName().toString().toLowerCase(Locale.ROOT);
        return (name.endsWith(".jpg") || name.endsWith(".jpeg") || name.endsWith(".png")) && !name.startsWith(".");
    }

    @Override
    public String id() {
        return id;
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
        return 25;
    }

    @Override
    public OptionalInt announcedFrames() {
        return OptionalInt.of(files.size());
    }

    /** The frames' files, in order. */
    public List<Path> files() {
        return files;
    }

    @Override
    public int countFrames() {
        return files.size();
    }

    @Override
    public FrameIterator frames(List<Integer> rising) {
        var wanted = ChosenFrames.requireRising(rising);
        if (!wanted.isEmpty() && wanted.get(wanted.size() - 1) >= files.size()) {
            throw new NoSuchElementException(
                    "there is no frame " + wanted.get(wanted.size() - 1) + "; the video has " + files.size());
        }
        return new FrameFolder(id, wanted.stream().map(files::get).toList(), height, width).frames();
    }

    @Override
    public FrameIterator frames() {
        return new FrameIterator() {
            private int next;

            @Override
            public boolean hasNext() {
                return next < files.size();
            }

            @Override
            public RgbImage next() {
                if (!hasNext()) {
                    throw new NoSuchElementException();
                }
                Path file = files.get(next++);
                try {
                    var image = ImageFiles.read(file);
                    if (image.height() != height || image.width() != width) {
                        throw new VideoException(
                                file,
                                "is " + image.width() + "x" + image.height() + ", the frames before it are " + width
                                        + "x" + height + " (width x height)");
                    }
                    return image;
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            }

            @Override
            public void close() {
                next = files.size();
            }
        };
    }
}
