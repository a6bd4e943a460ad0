package org.sola.image;

import java.nio.file.Path;

/** An image file that cannot be used; the message begins with the file. */
public final class ImageException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public ImageException(Path file, String what) {
        super(file + " " + what);
    }
}
