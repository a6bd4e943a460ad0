package org.sola.catalogue;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** One writer to a model's folder at a time, among all processes and threads; the end of a process frees it. */
final class FolderLock implements AutoCloseable {
    private static final String FILE = ".fetch.lock";
    private static final long ASK_AGAIN_MILLIS = 200;

    private final FileChannel channel;

    private FolderLock(FileChannel channel) {
        this.channel = channel;
    }

    /** Waits for its turn; {@code waiting} is called once if that takes longer. */
    static FolderLock take(Path folder, Runnable waiting) throws IOException, InterruptedException {
        Files.createDirectories(folder);
        boolean isSaid = false;
        while (true) {
            var channel = FileChannel.open(folder.resolve(FILE), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
            if (isLocked(channel)) {
                return new FolderLock(channel);
            }
            channel.close();
            if (!isSaid) {
                waiting.run();
                isSaid = true;
            }
            Thread.sleep(ASK_AGAIN_MILLIS);
        }
    }

    private static boolean isLocked(FileChannel channel) throws IOException {
        try {
            FileLock lock = channel.tryLock();
            return lock != null;
        } catch (OverlappingFileLockException e) {
            return false; // another thread of this program
        }
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
