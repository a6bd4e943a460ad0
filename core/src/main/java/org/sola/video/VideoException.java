package org.sola.video;

import java.nio.file.Path;

/** A video that cannot be used; the message begins with the file. */
public final class VideoException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public VideoException(Path file, String what) {
        super(file + " " + what);
    }
}
