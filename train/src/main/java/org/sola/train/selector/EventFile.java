package org.sola.train.selector;

import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Map;
import java.util.zip.CRC32C;

/**
 * Scalars for TensorBoard. The file is a sequence of records: length as uint64, masked CRC-32C of the length, an {@code
 * Event} message, masked CRC-32C of the message; all little endian. {@code Event.wall_time = 1, step = 2, file_version =
 * 3, summary = 5}; {@code Summary.value = 1}; {@code Value.tag = 1, simple_value = 2}.
 */
final class EventFile implements Closeable {
    private static final int MASK_DELTA = 0xa282ead8;

    private final OutputStream out;

    private EventFile(OutputStream out) {
        this.out = out;
    }

    /** A new file in {@code folder}, beside those of earlier starts, which TensorBoard reads as one run. */
    static EventFile create(Path folder) throws IOException {
        long now = System.currentTimeMillis();
        Path file = folder.resolve("events.out.tfevents." + now / 1000 + "." + now % 1000 + ".sola");
        var events = new EventFile(Files.newOutputStream(file, StandardOpenOption.CREATE, StandardOpenOption.APPEND));
        var version = new Message();
        version.real(1, now / 1000.0);
        version.bytes(3, "brain.Event:2".getBytes(StandardCharsets.UTF_8));
        events.record(version.toByteArray());
        return events;
    }

    /** Adds one value of each tag at {@code step}. */
    void scalars(long step, Map<String, Double> values) throws IOException {
        var summary = new Message();
        for (var value : values.entrySet()) {
            var entry = new Message();
            entry.bytes(1, value.getKey().getBytes(StandardCharsets.UTF_8));
            entry.single(2, value.getValue().floatValue());
            summary.bytes(1, entry.toByteArray());
        }
        var event = new Message();
        event.real(1, System.currentTimeMillis() / 1000.0);
        event.integer(2, step);
        event.bytes(5, summary.toByteArray());
        record(event.toByteArray());
    }

    private void record(byte[] message) throws IOException {
        byte[] length = little(8).putLong(message.length).array();
        var record = new ByteArrayOutputStream();
        record.write(length);
        record.write(little(4).putInt(maskedCrc(length)).array());
        record.write(message);
        record.write(little(4).putInt(maskedCrc(message)).array());
        out.write(record.toByteArray());
        out.flush();
    }

    static int maskedCrc(byte[] bytes) {
        var crc = new CRC32C();
        crc.update(bytes);
        int value = (int) crc.getValue();
        return Integer.rotateRight(value, 15) + MASK_DELTA;
    }

    private static ByteBuffer little(int bytes) {
        return ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
    }

    /** Fields of a protocol buffers message. */
    private static final class Message {
        private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

        void integer(int field, long value) throws IOException {
            varint((long) field << 3);
            varint(value);
        }

        void real(int field, double value) throws IOException {
            varint((long) field << 3 | 1);
            bytes.write(little(8).putDouble(value).array());
        }

        void single(int field, float value) throws IOException {
            varint((long) field << 3 | 5);
            bytes.write(little(4).putFloat(value).array());
        }

        void bytes(int field, byte[] value) throws IOException {
            varint((long) field << 3 | 2);
            varint(value.length);
            bytes.write(value);
        }

        private void varint(long value) throws IOException {
            var data = new DataOutputStream(bytes);
            long rest = value;
            while ((rest & ~0x7FL) != 0) {
                data.writeByte((int) (rest & 0x7F | 0x80));
                rest >>>= 7;
            }
            data.writeByte((int) rest);
        }

        byte[] toByteArray() {
            return bytes.toByteArray();
        }
    }

    @Override
    public void close() throws IOException {
        out.close();
    }
}
