package org.sola.pickle;

import java.util.Arrays;
import java.util.HexFormat;

/** Python's {@code bytes}: an immutable run of bytes that compares by content. */
public final class Bytes {
    private final byte[] content;

    Bytes(byte[] content) {
        this.content = content;
    }

    /** A copy of the bytes. */
    public byte[] toArray() {
        return content.clone();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Bytes bytes && Arrays.equals(content, bytes.content);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(content);
    }

    @Override
    public String toString() {
        return HexFormat.of().formatHex(content);
    }
}
