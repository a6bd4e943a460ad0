package org.sola.file;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Path;

/**
 * Files that are whole or not there: the content goes to a temporary sibling, reaches the disk, and is then renamed
 * over the target. A failure leaves the target as it was and no temporary behind, and names the target.
 */
public final class AtomicFile {
    /** The end of a temporary's name; a leftover of a killed process may be deleted at any time. */
    public static final String TEMPORARY_SUFFIX = ".part";

    private AtomicFile() {}

    /** Writes the whole content of a file. */
    @FunctionalInterface
    public interface Writer {
        /** Writes to {@code out}, which is buffered and may be left open. */
        void write(OutputStream out) throws IOException;
    }

    /** Replaces {@code target} by what {@code body} writes; missing parent folders are made. */
    public static void write(Path target, Writer body) throws IOException {
        write(target, body, Disk.REAL);
    }

    static void write(Path target, Writer body, Disk disk) throws IOException {
        try (var file = AtomicOutput.open(target, disk)) {
            body.write(new Unclosed(file));
            file.commit();
        } catch (IOException e) {
            throw AtomicOutput.named(target, e);
        }
    }

    /** Closing it, as many writers do, must neither commit nor drop the file. */
    private static final class Unclosed extends OutputStream {
        private final AtomicOutput file;

        Unclosed(AtomicOutput file) {
            this.file = file;
        }

        @Override
        public void write(int b) throws IOException {
            file.write(b);
        }

        @Override
        public void write(byte[] bytes, int offset, int length) throws IOException {
            file.write(bytes, offset, length);
        }

        @Override
        public void flush() throws IOException {
            file.flush();
        }
    }
}
