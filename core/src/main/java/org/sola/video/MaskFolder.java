package org.sola.video;

import java.io.IOException;
import java.nio.file.Path;
import org.sola.image.ImageFiles;
import org.sola.mask.Mask;

/** Writes a video's masks as a folder of 8-bit grey PNGs, 0 and 255, each whole or not there. */
public final class MaskFolder {
    private final Path folder;
    private int next;

    public MaskFolder(Path folder) {
        this.folder = folder;
    }

    /** Writes the next mask as {@code 00000.png}, {@code 00001.png} and so on. */
    public Path write(Mask mask) throws IOException {
        return write("%05d".formatted(next++), mask);
    }

    /** Writes the mask of a frame under the frame's own name, without ending. */
    public Path write(String frameName, Mask mask) throws IOException {
        if (frameName.isBlank() || !Path.of(frameName).equals(Path.of(frameName).getFileName())) {
            throw new IllegalArgumentException("\"" + frameName + "\" is no name of a file");
        }
        Path file = folder.resolve(frameName + ".png");
        ImageFiles.writeMaskPng(file, mask);
        return file;
    }
}
