package org.sola.precompute;

import java.nio.file.Path;

/** A file of boxes that is not what it should be; the message names the file, the place and what was expected. */
public final class BoxFileException extends IllegalArgumentException {
    private static final long serialVersionUID = 1L;

    BoxFileException(Path file, String what) {
        super(file + ": " + what);
    }

    BoxFileException(Path file, String what, Throwable cause) {
        super(file + ": " + what, cause);
    }
}
