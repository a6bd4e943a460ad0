package org.sola.tensor;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.zip.CRC32;

/** Random access to a checkpoint file while its structure is read. */
final class TorchFile implements AutoCloseable {
    private static final long AT_ONCE = 1L << 30;

    private final Path file;
    private final FileChannel channel;
    private final long size;

    private TorchFile(Path file, FileChannel channel, long size) {
        this.file = file;
        this.channel = channel;
        this.size = size;
    }

    static TorchFile open(Path file) throws IOException {
        var channel = FileChannel.open(file, StandardOpenOption.READ);
        try {
            return new TorchFile(file, channel, channel.size());
        } catch (IOException e) {
            channel.close();
            throw e;
        }
    }

    Path path() {
        return file;
    }

    long size() {
        return size;
    }

    /** Whether it is the zip container; a file that is none of the two is refused. */
    boolean isZip() throws IOException {
        var start = read(0, (int) Math.min(size, TorchCheckpoint.SIGNATURE_BYTES), "its first bytes");
        if (!TorchCheckpoint.isTorch(start)) {
            String found = size == 0
                    ? "is empty"
                    : start.get(0) == (byte) 0x80
                            ? "is a bare pickle without the container that torch.save writes, or cut off before it"
                            : "starts like neither of the containers that torch.save writes";
            throw new CheckpointException(file, found + "; this is not a checkpoint, or it is damaged");
        }
        return start.get(0) == 'P';
    }

    /** Little-endian bytes, copied. */
    ByteBuffer read(long position, int length, String what) throws IOException {
        if (position < 0 || position > size - length) {
            throw new CheckpointException(
                    file,
                    "should have " + what + " at byte " + Long.toUnsignedString(position) + ", it has " + size
                            + " bytes; it is truncated or damaged");
        }
        var target = ByteBuffer.allocate(length).order(ByteOrder.LITTLE_ENDIAN);
        while (target.hasRemaining()) {
            if (channel.read(target, position + target.position()) < 0) {
                throw new CheckpointException(file, "became shorter while it was read");
            }
        }
        return target.flip();
    }

    /** Little-endian bytes, mapped; at most the first 2 GiB of the range. */
    ByteBuffer map(long position, long length) throws IOException {
        return channel.map(FileChannel.MapMode.READ_ONLY, position, Math.min(length, Integer.MAX_VALUE))
                .order(ByteOrder.LITTLE_ENDIAN);
    }

    /** The checksum of a range, which lies within the file. */
    long crc32(long position, long length) throws IOException {
        var crc = new CRC32();
        for (long from = 0; from < length; from += AT_ONCE) {
            crc.update(channel.map(FileChannel.MapMode.READ_ONLY, position + from, Math.min(AT_ONCE, length - from)));
        }
        return crc.getValue();
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
