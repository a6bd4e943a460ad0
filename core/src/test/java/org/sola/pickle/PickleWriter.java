package org.sola.pickle;

import java.io.ByteArrayOutputStream;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Writes values as pickles of protocol 2, opcode by opcode, for tests. */
public final class PickleWriter {
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();

    public PickleWriter() {
        raw(0x80, 2);
    }

    /** Opcodes and single bytes as they are. */
    public PickleWriter raw(int... bytes) {
        for (int b : bytes) {
            out.write(b);
        }
        return this;
    }

    /** Little-endian. */
    public PickleWriter int4(long value) {
        return raw(
                (int) value & 0xFF, (int) (value >> 8) & 0xFF, (int) (value >> 16) & 0xFF, (int) (value >> 24) & 0xFF);
    }

    /** Names a global. */
    public PickleWriter global(String module, String name) {
        raw('c');
        out.writeBytes((module + "\n" + name + "\n").getBytes(StandardCharsets.UTF_8));
        return this;
    }

    /** Any value that the reader gives back. */
    public PickleWriter value(Object value) {
        if (value instanceof String text) {
            byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
            raw('X').int4(bytes.length);
            out.writeBytes(bytes);
        } else if (value instanceof Boolean flag) {
            raw(flag ? 0x88 : 0x89);
        } else if (value == None.NONE) {
            raw('N');
        } else if (value instanceof Long number) {
            number(number);
        } else if (value instanceof BigInteger number) {
            big(number);
        } else if (value instanceof Double number) {
            raw('G');
            long bits = Double.doubleToRawLongBits(number);
            for (int shift = 56; shift >= 0; shift -= 8) {
                raw((int) (bits >> shift) & 0xFF);
            }
        } else if (value instanceof Tuple tuple) {
            raw('(');
            tuple.items().forEach(this::value);
            raw('t');
        } else if (value instanceof List<?> list) {
            raw(']', '(');
            list.forEach(this::value);
            raw('e');
        } else if (value instanceof Set<?> set) {
            global("__builtin__", "set").raw(']', '(');
            set.forEach(this::value);
            raw('e', 0x85, 'R');
        } else if (value instanceof Map<?, ?> map) {
            raw('}', '(');
            map.forEach((key, item) -> value(key).value(item));
            raw('u');
        } else {
            throw new IllegalArgumentException("no way to write " + value);
        }
        return this;
    }

    private void number(long value) {
        if (value >= 0 && value < 256) {
            raw('K', (int) value);
        } else if (value >= 0 && value < 65536) {
            raw('M', (int) value & 0xFF, (int) value >> 8);
        } else if (value == (int) value) {
            raw('J').int4(value);
        } else {
            big(BigInteger.valueOf(value));
        }
    }

    private void big(BigInteger value) {
        byte[] bytes = value.toByteArray();
        raw(0x8A, bytes.length);
        for (int i = bytes.length - 1; i >= 0; i--) {
            out.write(bytes[i]);
        }
    }

    /** The pickle, ended. */
    public byte[] end() {
        raw('.');
        return out.toByteArray();
    }
}
