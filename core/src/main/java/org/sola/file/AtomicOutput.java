package org.sola.file;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A file that takes its place only when {@link #commit} is called; closed before that, it leaves nothing behind and the
 * target as it was. For content that comes bit by bit; {@link AtomicFile#write} is simpler where it comes at once.
 *
 * <p>Buffered. Every failure names the target, and the system's reason ("No space left on device"). Not safe for use by
 * several threads.
 */
public final class AtomicOutput extends OutputStream {
    private static final int BUFFER_BYTES = 1 << 16;

    private final Disk disk;
    private final Path target;
    private final Path temporary;
    private final Disk.Sink sink;
    private final byte[] buffer = new byte[BUFFER_BYTES];
    private int buffered;
    private boolean isOpen = true;

    private AtomicOutput(Disk disk, Path target, Path temporary, Disk.Sink sink) {
        this.disk = disk;
        this.target = target;
        this.temporary = temporary;
        this.sink = sink;
    }

    /** Begins a file; missing parent folders are made. */
    public static AtomicOutput open(Path target) throws IOException {
        return open(target, Disk.REAL);
    }

    static AtomicOutput open(Path target, Disk disk) throws IOException {
        Path folder = target.toAbsolutePath().getParent();
        if (folder == null || target.getFileName() == null) {
            throw new IOException("cannot write " + target + ": it is no file name");
        }
        Path temporary = folder.resolve(target.getFileName() + AtomicFile.TEMPORARY_SUFFIX);
        try {
            Files.createDirectories(folder);
            return new AtomicOutput(disk, target, temporary, disk.create(temporary));
        } catch (IOException e) {
            throw named(target, e);
        }
    }

    @Override
    public void write(int b) throws IOException {
        write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
        requireOpen();
        if (length > BUFFER_BYTES - buffered) {
            flush();
        }
        if (length > BUFFER_BYTES) {
            pass(bytes, offset, length);
            return;
        }
        System.arraycopy(bytes, offset, buffer, buffered, length);
        buffered += length;
    }

    @Override
    public void flush() throws IOException {
        requireOpen();
        int length = buffered;
        buffered = 0;
        pass(buffer, 0, length);
    }

    private void pass(byte[] bytes, int offset, int length) throws IOException {
        try {
            // in pieces: the channel copies each into native memory, which it keeps
            for (int at = 0; at < length; at += BUFFER_BYTES) {
                sink.write(bytes, offset + at, Math.min(BUFFER_BYTES, length - at));
            }
        } catch (IOException e) {
            throw named(target, e);
        }
    }

    /** Brings the content to the disk, then puts it in the target's place. */
    public void commit() throws IOException {
        flush();
        try {
            sink.force();
            sink.close();
            disk.rename(temporary, target);
            isOpen = false;
        } catch (IOException e) {
            throw named(target, e);
        }
    }

    /** Ends the file; without a {@link #commit} before, its content is dropped. */
    @Override
    public void close() throws IOException {
        if (!isOpen) {
            return;
        }
        isOpen = false;
        try {
            sink.close();
        } finally {
            Files.deleteIfExists(temporary);
        }
    }

    private void requireOpen() throws IOException {
        if (!isOpen) {
            throw new IOException("cannot write " + target + ": it is closed");
        }
    }

    /** The failure with the target's name in front, once. */
    static IOException named(Path target, IOException failure) {
        String prefix = "cannot write " + target + ": ";
        String message = String.valueOf(failure.getMessage());
        if (message.startsWith(prefix)) {
            return failure;
        }
        // these tell only a name unless they have a reason
        boolean isBare = failure instanceof FileSystemException e && e.getReason() == null;
        return new IOException(prefix + (isBare ? failure.getClass().getSimpleName() + " " : "") + message, failure);
    }
}
