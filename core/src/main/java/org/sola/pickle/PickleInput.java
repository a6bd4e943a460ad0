package org.sola.pickle;

import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/** The bytes of a pickle from front to back. Every length is checked against what is left before memory is taken. */
final class PickleInput {
    /** More text and structure than any checkpoint has; the values of tensors lie elsewhere. */
    static final int MAX_BYTES = 64 << 20;

    private static final int MAX_NAME = 256;
    private static final int MAX_NUMBER = 4096;

    private final ByteBuffer data;
    private final int start;

    PickleInput(ByteBuffer data) {
        this.data = data;
        this.start = data.position();
        data.order(ByteOrder.LITTLE_ENDIAN);
    }

    int position() {
        return data.position();
    }

    int u1() {
        return require(1).get() & 0xFF;
    }

    int u2() {
        return require(2).getShort() & 0xFFFF;
    }

    int i4() {
        return require(4).getInt();
    }

    long i8() {
        return require(8).getLong();
    }

    double bigEndianDouble() {
        return Double.longBitsToDouble(Long.reverseBytes(i8()));
    }

    /** A two's complement number of {@code length} bytes, smallest first: a Long where it fits, else a BigInteger. */
    Object number(int length) {
        if (length == 0) {
            return 0L;
        }
        if (length > MAX_NUMBER) {
            throw new PickleException(position(), "a number has " + length + " bytes; " + MAX_NUMBER + " is the most");
        }
        byte[] bytes = bytes(length);
        for (int i = 0; i < length / 2; i++) {
            byte swapped = bytes[i];
            bytes[i] = bytes[length - 1 - i];
            bytes[length - 1 - i] = swapped;
        }
        var number = new BigInteger(bytes);
        if (number.bitLength() < Long.SIZE) {
            return number.longValue();
        }
        return number;
    }

    String text(long length) {
        return new String(bytes(length), StandardCharsets.UTF_8);
    }

    byte[] bytes(long length) {
        require(length);
        var bytes = new byte[(int) length];
        data.get(bytes);
        return bytes;
    }

    /** The text before the next line feed, which is consumed. */
    String line() {
        int from = data.position();
        int length = 0;
        while (u1() != '\n') {
            length++;
            if (length > MAX_NAME) {
                throw new PickleException(from, "a name is longer than " + MAX_NAME + " bytes; the file is damaged");
            }
        }
        var bytes = new byte[length];
        data.get(from, bytes);
        return new String(bytes, StandardCharsets.UTF_8);
    }

    private ByteBuffer require(long length) {
        int at = data.position();
        if (length < 0 || length > data.remaining()) {
            throw new PickleException(
                    at,
                    "the pickle ends here, " + Long.toUnsignedString(length) + " bytes are announced and "
                            + data.remaining() + " are left; the file is truncated or damaged");
        }
        if (at - start + length > MAX_BYTES) {
            throw new PickleException(
                    at, "the pickle is longer than " + MAX_BYTES + " bytes, which no checkpoint of tensors needs");
        }
        return data;
    }
}
