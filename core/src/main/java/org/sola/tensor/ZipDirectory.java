package org.sola.tensor;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The entries of a zip archive and where their bytes lie, so that these can be mapped, which {@code java.util.zip} does
 * not tell. Entries must be stored as they are; archives and entries above 4 GiB (zip64) are read. Source: PKWARE's
 * APPNOTE, sections 4.3 and 4.5.3.
 */
final class ZipDirectory {
    private static final int END = 0x06054B50;
    private static final int END_64 = 0x06064B50;
    private static final int LOCATOR_64 = 0x07064B50;
    private static final int CENTRAL = 0x02014B50;
    private static final int LOCAL = 0x04034B50;
    private static final int END_BYTES = 22;
    private static final int END_64_BYTES = 56;
    private static final int LOCATOR_BYTES = 20;
    private static final int CENTRAL_BYTES = 46;
    private static final int LOCAL_BYTES = 30;
    private static final long SEE_ZIP64 = 0xFFFFFFFFL;
    private static final long MAX_DIRECTORY = 64 << 20;

    private final TorchFile file;

    private ZipDirectory(TorchFile file) {
        this.file = file;
    }

    /**
     * Where an entry lies.
     *
     * @param position its first byte in the file
     * @param bytes its length
     * @param crc32 its checksum; 0 where none was computed, as torch can be told
     */
    record Entry(long position, long bytes, long crc32) {
        /** Refuses bytes that are not those which the directory's checksum was computed of. */
        void requireSound(TorchFile file, String name) throws IOException {
            if (crc32 == 0) {
                return;
            }
            long found = file.crc32(position, bytes);
            if (found != crc32) {
                throw new CheckpointException(
                        file.path(),
                        String.format(
                                "has %,d bytes in %s with the CRC-32 %08x, written were bytes with %08x; it is damaged,"
                                        + " copy or download it again",
                                bytes, name, found, crc32));
            }
        }
    }

    private record Range(long position, long bytes) {}

    /** Every entry by name, in the directory's order. */
    static Map<String, Entry> read(TorchFile file) throws IOException {
        return new ZipDirectory(file).read();
    }

    private Map<String, Entry> read() throws IOException {
        var range = directory();
        if (range.bytes() < 0
                || range.bytes() > MAX_DIRECTORY
                || range.position() < 0
                || range.position() > file.size() - range.bytes()) {
            throw damaged("has a zip directory of " + Long.toUnsignedString(range.bytes()) + " bytes at byte "
                    + Long.toUnsignedString(range.position()));
        }
        var directory = file.read(range.position(), (int) range.bytes(), "the zip directory");
        var entries = new LinkedHashMap<String, Entry>();
        while (directory.remaining() >= CENTRAL_BYTES) {
            entry(directory, entries);
        }
        return entries;
    }

    /** The end record lies at the end of the file, before a comment that is nearly always empty. */
    private Range directory() throws IOException {
        int tail = (int) Math.min(file.size(), END_BYTES + 0xFFFF);
        var bytes = file.read(file.size() - tail, tail, "the end of the zip archive");
        for (int at = tail - END_BYTES; at >= 0; at--) {
            if (bytes.getInt(at) == END && (bytes.getShort(at + 20) & 0xFFFF) == tail - at - END_BYTES) {
                long size = Integer.toUnsignedLong(bytes.getInt(at + 12));
                long position = Integer.toUnsignedLong(bytes.getInt(at + 16));
                boolean isLarge = size == SEE_ZIP64 || position == SEE_ZIP64 || bytes.getShort(at + 10) == -1;
                return isLarge ? directory64(file.size() - tail + at) : new Range(position, size);
            }
        }
        throw new CheckpointException(
                file.path(), "has no zip directory at its end (" + file.size() + " bytes); it is truncated");
    }

    private Range directory64(long end) throws IOException {
        var locator = file.read(end - LOCATOR_BYTES, LOCATOR_BYTES, "the locator of a zip64 directory");
        if (locator.getInt(0) != LOCATOR_64) {
            throw damaged("has no locator of its zip64 directory at byte " + (end - LOCATOR_BYTES));
        }
        var record = file.read(locator.getLong(8), END_64_BYTES, "the end record of a zip64 directory");
        if (record.getInt(0) != END_64) {
            throw damaged("has no zip64 end record at byte " + locator.getLong(8));
        }
        return new Range(record.getLong(48), record.getLong(40));
    }

    private void entry(ByteBuffer directory, Map<String, Entry> entries) throws IOException {
        int at = directory.position();
        if (directory.getInt(at) != CENTRAL) {
            throw damaged("has no zip entry at byte " + at + " of its directory");
        }
        int flags = directory.getShort(at + 8);
        int method = directory.getShort(at + 10) & 0xFFFF;
        long crc32 = Integer.toUnsignedLong(directory.getInt(at + 16));
        long packed = Integer.toUnsignedLong(directory.getInt(at + 20));
        long size = Integer.toUnsignedLong(directory.getInt(at + 24));
        int nameBytes = directory.getShort(at + 28) & 0xFFFF;
        int extraBytes = directory.getShort(at + 30) & 0xFFFF;
        int commentBytes = directory.getShort(at + 32) & 0xFFFF;
        long local = Integer.toUnsignedLong(directory.getInt(at + 42));
        if (nameBytes + extraBytes + commentBytes > directory.limit() - at - CENTRAL_BYTES) {
            throw damaged("has a zip entry at byte " + at + " of its directory that reaches beyond it");
        }
        var rawName = new byte[nameBytes];
        directory.get(at + CENTRAL_BYTES, rawName);
        String name = new String(rawName, StandardCharsets.UTF_8);
        directory.position(at + CENTRAL_BYTES + nameBytes + extraBytes + commentBytes);
        if (method == 0 && (packed == SEE_ZIP64 || size == SEE_ZIP64 || local == SEE_ZIP64)) {
            var large = extra64(directory, at + CENTRAL_BYTES + nameBytes, extraBytes, name);
            size = size == SEE_ZIP64 ? next(large, name) : size;
            packed = packed == SEE_ZIP64 ? next(large, name) : packed;
            local = local == SEE_ZIP64 ? next(large, name) : local;
        }
        if (name.contains("/code/")) {
            return; // a TorchScript archive packs its program, which nothing here reads
        }
        if (method != 0 || packed != size || (flags & 1) != 0) {
            throw new CheckpointException(
                    file.path(),
                    "has the zip entry " + name + " compressed or encrypted; torch.save stores entries as they are,"
                            + " save the checkpoint with it again");
        }
        if (entries.put(name, new Entry(dataPosition(local, size, rawName, name), size, crc32)) != null) {
            throw damaged("has two zip entries called " + name);
        }
    }

    /** The zip64 part of an entry's extra fields. */
    private ByteBuffer extra64(ByteBuffer directory, int from, int bytes, String name) {
        int at = from;
        while (at + 4 <= from + bytes) {
            int length = directory.getShort(at + 2) & 0xFFFF;
            if (directory.getShort(at) == 1 && at + 4 + length <= from + bytes) {
                return directory.slice(at + 4, length).order(directory.order());
            }
            at += 4 + length;
        }
        throw damaged("has the zip entry " + name + " without its zip64 sizes");
    }

    private long next(ByteBuffer large, String name) {
        if (large.remaining() < Long.BYTES) {
            throw damaged("has the zip entry " + name + " without its zip64 sizes");
        }
        return large.getLong();
    }

    /** The entry's own header repeats the name and has extra fields of its own length before the bytes. */
    private long dataPosition(long local, long size, byte[] rawName, String name) throws IOException {
        var header = file.read(local, LOCAL_BYTES, "the zip entry " + name);
        int nameBytes = header.getShort(26) & 0xFFFF;
        long position = local + LOCAL_BYTES + nameBytes + (header.getShort(28) & 0xFFFF);
        boolean isSame = header.getInt(0) == LOCAL && nameBytes == rawName.length;
        if (!isSame
                || !file.read(local + LOCAL_BYTES, nameBytes, "the name of the zip entry " + name)
                        .equals(ByteBuffer.wrap(rawName))) {
            throw damaged("has no zip entry " + name + " at byte " + local);
        }
        if (size < 0 || position > file.size() || size > file.size() - position) {
            throw damaged("has the zip entry " + name + " of " + Long.toUnsignedString(size) + " bytes at byte "
                    + position + " of " + file.size());
        }
        return position;
    }

    private CheckpointException damaged(String found) {
        return new CheckpointException(file.path(), found + "; it is damaged");
    }
}
