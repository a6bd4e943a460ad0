package org.sola.precompute;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.sola.video.VideoException;

/** Number and total size of a video's files. */
final class Stamps {
    private Stamps() {}

    static String of(List<Path> files) throws IOException {
        long bytes = 0;
        for (var file : files) {
            if (!Files.isRegularFile(file)) {
                throw new VideoException(file, "is missing; the video needs it");
            }
            bytes += Files.size(file);
        }
        return files.size() + " files, " + bytes + " bytes";
    }
}
