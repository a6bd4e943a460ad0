package org.sola.file;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;

/** The steps of writing a file that can fail, each by itself, so that a test can let every one of them fail. */
interface Disk {
    /** A file that is being written. */
    interface Sink extends AutoCloseable {
        void write(byte[] bytes, int offset, int length) throws IOException;

        /** Waits until what was written has reached the disk. */
        void force() throws IOException;

        @Override
        void close() throws IOException;
    }

    /** Opens a file for writing, emptied where it exists. */
    Sink create(Path file) throws IOException;

    /** Puts {@code from} in the place of {@code to} in one step. */
    void rename(Path from, Path to) throws IOException;

    /** The real one. */
    Disk REAL = new Disk() {
        @Override
        public Sink create(Path file) throws IOException {
            var channel = FileChannel.open(
                    file, StandardOpenOption.CREATE, StandardOpenOption.TRUNCATE_EXISTING, StandardOpenOption.WRITE);
            return new Sink() {
                @Override
                public void write(byte[] bytes, int offset, int length) throws IOException {
                    var buffer = ByteBuffer.wrap(bytes, offset, length);
                    while (buffer.hasRemaining()) {
                        channel.write(buffer);
                    }
                }

                @Override
                public void force() throws IOException {
                    channel.force(true);
                }

                @Override
                public void close() throws IOException {
                    channel.close();
                }
            };
        }

        @Override
        public void rename(Path from, Path to) throws IOException {
            Files.move(from, to, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        }
    };
}
