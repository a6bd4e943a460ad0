package org.sola.tensor;

import ai.djl.ndarray.NDArray;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import org.sola.file.AtomicFile;

/**
 * Writes float32 tensors, and tensors of other files in their own type, as one safetensors file, whole or not at all;
 * the same content gives the same bytes.
 */
public final class SafetensorsWriter {
    private final Map<String, Entry> entries = new LinkedHashMap<>();
    private final Map<String, String> metadata = new LinkedHashMap<>();

    private record Entry(ElementType type, long[] shape, Data data) {
        long bytes() {
            return Arrays.stream(shape).reduce(type.bytes(), Math::multiplyExact);
        }
    }

    /** Gives an entry's bytes when they are written. */
    @FunctionalInterface
    private interface Data {
        ByteBuffer bytes() throws IOException;
    }

    /** Adds a free-form text entry to the header. */
    public SafetensorsWriter metadata(String key, String value) {
        metadata.put(key, value);
        return this;
    }

    /** Adds a float32 tensor; the values are copied. */
    public SafetensorsWriter add(String name, float[] values, long... shape) {
        long elements = Arrays.stream(shape).reduce(1, Math::multiplyExact);
        if (elements != values.length) {
            throw new IllegalArgumentException("tensor \"" + name + "\" has shape " + Arrays.toString(shape) + " but "
                    + values.length + " values");
        }
        var data = ByteBuffer.allocate(Math.multiplyExact(values.length, 4)).order(ByteOrder.LITTLE_ENDIAN);
        data.asFloatBuffer().put(values);
        return add(name, new Entry(ElementType.FLOAT32, shape.clone(), () -> data));
    }

    /**
     * Adds a tensor as float16, each value rounded to the nearest.
     *
     * @throws IllegalArgumentException if a finite value is beyond the range of float16, 65504 and a little
     */
    public SafetensorsWriter addHalf(String name, float[] values, long... shape) {
        var data = ByteBuffer.allocate(Math.multiplyExact(values.length, 2)).order(ByteOrder.LITTLE_ENDIAN);
        for (float value : values) {
            short half = ElementType.floatToHalf(value);
            if (Float.isFinite(value) && !Float.isFinite(ElementType.halfToFloat(half))) {
                throw new IllegalArgumentException(
                        "tensor \"" + name + "\" holds " + value + ", which is beyond the range of float16");
            }
            data.putShort(half);
        }
        return add(name, new Entry(ElementType.FLOAT16, shape.clone(), () -> data));
    }

    /** Adds a tensor of another file in its own element type; its bytes are mapped when this file is written. */
    public SafetensorsWriter add(String name, Checkpoint source) {
        var info = source.info(name);
        return add(name, new Entry(info.type(), info.dimensions(), () -> source.bytes(name)));
    }

    /** Adds an array of any float type as float32. */
    public SafetensorsWriter add(String name, NDArray array) {
        return add(name, array.toFloatArray(), array.getShape().getShape());
    }

    private SafetensorsWriter add(String name, Entry entry) {
        if (entries.putIfAbsent(name, entry) != null) {
            throw new IllegalArgumentException("tensor \"" + name + "\" was added twice");
        }
        return this;
    }

    /** Writes the file through a temporary sibling that is renamed once it is whole. */
    public void write(Path file) throws IOException {
        AtomicFile.write(file, this::write);
    }

    /** Writes the bytes of the file to a stream, which stays open. */
    public void write(OutputStream out) throws IOException {
        var header = new LinkedHashMap<String, Object>();
        if (!metadata.isEmpty()) {
            header.put("__metadata__", metadata);
        }
        long offset = 0;
        for (var entry : entries.entrySet()) {
            var value = entry.getValue();
            long end = offset + value.bytes();
            header.put(
                    entry.getKey(),
                    new TreeHeader(value.type().safetensorsName(), value.shape(), new long[] {offset, end}));
            offset = end;
        }
        byte[] json = new ObjectMapper().writeValueAsBytes(header);
        int padded = (json.length + 7) / 8 * 8;
        byte[] text = Arrays.copyOf(json, padded);
        Arrays.fill(text, json.length, padded, (byte) ' ');
        OutputStream buffered = new BufferedOutputStream(out, 1 << 16);
        buffered.write(ByteBuffer.allocate(8)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putLong(padded)
                .array());
        buffered.write(text);
        for (var entry : entries.values()) {
            copy(entry.data().bytes(), buffered);
        }
        buffered.flush();
    }

    private static void copy(ByteBuffer data, OutputStream out) throws IOException {
        var piece = new byte[Math.min(data.limit(), 1 << 16)];
        data.rewind();
        while (data.hasRemaining()) {
            int length = Math.min(piece.length, data.remaining());
            data.get(piece, 0, length);
            out.write(piece, 0, length);
        }
    }

    /** One tensor's line of the header, its fields in the order of the format's description. */
    @SuppressWarnings({"ArrayRecordComponent", "checkstyle:RecordComponentName"})
    private record TreeHeader(String dtype, long[] shape, long[] data_offsets) {}
}
