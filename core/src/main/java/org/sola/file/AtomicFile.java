package org.sola.file;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;

/**
 * Files that are whole or not there: the content goes to a temporary sibling, reaches the disk, and is then renamed
 * over the target. A failure leaves the target as it was and no temporary behind.
 */
public final class AtomicFile {
    /** The end of a temporary's name; a leftover of a killed process may be deleted at any time. */
    public static final String TEMPORARY_SUFFIX = ".part";

    private AtomicFile() {}

    /** Writes the whole content of a file. */
    @FunctionalInterface
    public interface Writer {
        void write(OutputStream out) throws IOException;
    }

    /** Replaces {@code target} by what {@code body} writes; missing parent folders are made. */
    public static void write(Path target, Writer body) throws IOException {
        Path folder = target.toAbsolutePath().getParent();
        Files.createDirectories(folder);
        Path temporary = folder.resolve(target.getFileName() + TEMPORARY_SUFFIX);
        try {
            try (var channel = FileChannel.open(
                    temporary,
                    StandardOpenOption.CREATE,
                    StandardOpenOption.TRUNCATE_EXISTING,
                    StandardOpenOption.WRITE)) {
                var out = Channels.newOutputStream(channel);
                body.write(out);
                out.flush();
                channel.force(true);
            }
            Files.move(temporary, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException | RuntimeException | Error failure) {
            try {
                Files.deleteIfExists(temporary);
            } catch (IOException e) {
                failure.addSuppressed(e);
            }
            if (failure instanceof IOException e) {
                throw new IOException("cannot write " + target + ": " + e.getMessage(), e);
            }
            throw failure;
        }
    }
}
