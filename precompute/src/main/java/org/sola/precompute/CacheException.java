package org.sola.precompute;

import java.nio.file.Path;

/** A token cache, or a file of one, that is not what it should be; the message names the file and what to do. */
public final class CacheException extends IllegalArgumentException {
    private static final long serialVersionUID = 1L;

    CacheException(Path file, String what) {
        super(file + " " + what);
    }

    CacheException(Path file, String what, Throwable cause) {
        super(file + " " + what, cause);
    }
}
