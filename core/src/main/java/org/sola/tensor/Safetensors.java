package org.sola.tensor;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A safetensors file, its header checked and its data mapped on demand: an 8-byte little-endian header length, a JSON
 * header (name to dtype, shape and byte range), then the bytes of every tensor without gap or overlap.
 *
 * <p>Opening reads the header only. A tensor's bytes come as a read-only mapping, so nothing is read before it is used.
 * Every way in which a file can be wrong is a {@link SafetensorsException} that names file and tensor.
 */
public final class Safetensors implements Checkpoint {
    private static final long MAX_HEADER_BYTES = 100_000_000;
    private static final ObjectMapper JSON = JsonMapper.builder()
            .enable(JsonParser.Feature.STRICT_DUPLICATE_DETECTION)
            .build();

    private final Path file;
    private final Map<String, StoredTensor> tensors;
    private final Map<String, String> metadata;

    private Safetensors(Path file, Map<String, StoredTensor> tensors, Map<String, String> metadata) {
        this.file = file;
        this.tensors = Collections.unmodifiableMap(tensors);
        this.metadata = Collections.unmodifiableMap(metadata);
    }

    /** Whether a file that starts like this has a header of this format: its length, then JSON. */
    static boolean isSafetensors(ByteBuffer start) {
        if (start.remaining() <= Long.BYTES) {
            return false;
        }
        long headerBytes = start.getLong(start.position());
        return headerBytes >= 2 && headerBytes <= MAX_HEADER_BYTES && start.get(start.position() + Long.BYTES) == '{';
    }

    /** Reads and checks the header of {@code file}. */
    public static Safetensors open(Path file) throws IOException {
        long size = Files.size(file);
        if (size < 8) {
            throw new SafetensorsException(file, "has " + size + " bytes, too short for a header; it is truncated");
        }
        JsonNode header;
        long dataStart;
        try (var channel = FileChannel.open(file, StandardOpenOption.READ)) {
            var lengthBytes = ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN);
            readFully(channel, lengthBytes, 0, file);
            long headerBytes = lengthBytes.getLong(0);
            if (headerBytes < 2 || headerBytes > MAX_HEADER_BYTES) {
                throw new SafetensorsException(
                        file,
                        "announces a header of " + Long.toUnsignedString(headerBytes) + " bytes (2 to "
                                + MAX_HEADER_BYTES + " are allowed); this is not a safetensors file");
            }
            dataStart = 8 + headerBytes;
            if (dataStart > size) {
                throw new SafetensorsException(
                        file, "ends inside its header (" + size + " of " + dataStart + " bytes); it is truncated");
            }
            var text = ByteBuffer.allocate((int) headerBytes);
            readFully(channel, text, 8, file);
            header = parse(file, text.array());
        }
        var tensors = new LinkedHashMap<String, StoredTensor>();
        var metadata = new LinkedHashMap<String, String>();
        for (var entry : header.properties()) {
            if (entry.getKey().equals("__metadata__")) {
                entry.getValue()
                        .properties()
                        .forEach(e -> metadata.put(e.getKey(), e.getValue().asText()));
            } else {
                tensors.put(entry.getKey(), tensorInfo(file, entry.getKey(), entry.getValue(), dataStart, size));
            }
        }
        requireGapless(file, tensors, dataStart, size);
        return new Safetensors(file, tensors, metadata);
    }

    @Override
    public Path file() {
        return file;
    }

    @Override
    public Map<String, StoredTensor> tensors() {
        return tensors;
    }

    @Override
    public Map<String, String> metadata() {
        return metadata;
    }

    @Override
    public StoredTensor info(String name) {
        var info = tensors.get(name);
        if (info == null) {
            throw new SafetensorsException(
                    file, "has no tensor \"" + name + "\"" + NearestNames.hint(name, tensors.keySet()));
        }
        return info;
    }

    private static JsonNode parse(Path file, byte[] text) {
        try {
            var header = JSON.readTree(text);
            if (header == null || !header.isObject()) {
                throw new SafetensorsException(file, "has a header that is not a JSON object");
            }
            return header;
        } catch (IOException e) {
            throw new SafetensorsException(file, "has a header that is not valid JSON: " + firstLine(e.getMessage()));
        }
    }

    private static String firstLine(String message) {
        return message == null ? "unknown reason" : message.lines().findFirst().orElse("");
    }

    private static StoredTensor tensorInfo(Path file, String name, JsonNode node, long dataStart, long size) {
        String at = "tensor \"" + name + "\" ";
        var type = ElementType.ofSafetensors(node.path("dtype").asText())
                .orElseThrow(() -> new SafetensorsException(file, at + "has the unknown dtype " + node.path("dtype")));
        var shape = new ArrayList<Long>();
        long elements = 1;
        if (!node.path("shape").isArray()) {
            throw new SafetensorsException(file, at + "has no shape");
        }
        for (var dimension : node.path("shape")) {
            if (!dimension.isIntegralNumber() || !dimension.canConvertToLong() || dimension.asLong() < 0) {
                throw new SafetensorsException(file, at + "has the dimension " + dimension);
            }
            shape.add(dimension.asLong());
            try {
                elements = Math.multiplyExact(elements, dimension.asLong());
            } catch (ArithmeticException e) {
                throw new SafetensorsException(file, at + "has a shape " + node.path("shape") + " too large to count");
            }
        }
        var offsets = node.path("data_offsets");
        if (offsets.size() != 2
                || !offsets.get(0).isIntegralNumber()
                || !offsets.get(1).isIntegralNumber()) {
            throw new SafetensorsException(file, at + "has data_offsets " + offsets + ", expected two numbers");
        }
        long begin = offsets.get(0).asLong();
        long end = offsets.get(1).asLong();
        if (begin < 0 || end < begin || end > size - dataStart) {
            throw new SafetensorsException(
                    file,
                    at + "has bytes " + begin + " to " + end + ", the file holds " + (size - dataStart)
                            + " bytes of data; it is truncated or damaged");
        }
        if (elements > Long.MAX_VALUE / 8 || elements * type.bytes() != end - begin) {
            throw new SafetensorsException(
                    file, at + "has shape " + shape + " of " + type + " but " + (end - begin) + " bytes");
        }
        return StoredTensor.rowMajor(type, shape, dataStart + begin);
    }

    private static void requireGapless(Path file, Map<String, StoredTensor> tensors, long dataStart, long size) {
        var sorted = new ArrayList<>(tensors.entrySet());
        sorted.sort(Comparator.comparingLong(
                        (Map.Entry<String, StoredTensor> e) -> e.getValue().position())
                .thenComparingLong(e -> e.getValue().bytes()));
        long expected = dataStart;
        for (var entry : sorted) {
            if (entry.getValue().position() != expected) {
                throw new SafetensorsException(
                        file,
                        "tensor \"" + entry.getKey() + "\" starts at byte "
                                + entry.getValue().position() + ", expected " + expected + " (gap or overlap)");
            }
            expected += entry.getValue().bytes();
        }
        if (expected != size) {
            throw new SafetensorsException(file, "has " + (size - expected) + " bytes after its last tensor");
        }
    }

    private static void readFully(FileChannel channel, ByteBuffer target, long position, Path file) throws IOException {
        long at = position;
        while (target.hasRemaining()) {
            int n = channel.read(target, at);
            if (n < 0) {
                throw new SafetensorsException(file, "ends at byte " + at + "; it is truncated");
            }
            at += n;
        }
    }
}
