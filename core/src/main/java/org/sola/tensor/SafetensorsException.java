package org.sola.tensor;

import java.nio.file.Path;

/** A safetensors file that is not what it should be; the message names the file and what was found in it. */
public final class SafetensorsException extends IllegalArgumentException {
    private static final long serialVersionUID = 1L;

    SafetensorsException(Path file, String what) {
        super(file + " " + what);
    }
}
