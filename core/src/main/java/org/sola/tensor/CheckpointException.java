package org.sola.tensor;

import java.nio.file.Path;

/** A checkpoint that is not what it should be; the message names the file, the place and what was found there. */
public final class CheckpointException extends IllegalArgumentException {
    private static final long serialVersionUID = 1L;

    CheckpointException(Path file, String what) {
        super(file + " " + what);
    }
}
