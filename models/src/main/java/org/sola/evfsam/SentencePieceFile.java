package org.sola.evfsam;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/**
 * A SentencePiece model file, checked before native code reads it: a protocol buffer whose field 1 is repeated once a
 * piece ({@code sentencepiece_model.proto}).
 *
 * @param content the whole file
 * @param pieces how many pieces it has
 */
@SuppressWarnings("ArrayRecordComponent")
record SentencePieceFile(byte[] content, int pieces) {
    private static final int PIECE = 1;
    private static final int VARINT = 0;
    private static final int FIXED_64 = 1;
    private static final int WITH_LENGTH = 2;
    private static final int FIXED_32 = 5;

    static SentencePieceFile read(Path file) throws IOException {
        if (!Files.isRegularFile(file)) {
            throw new NoSuchFileException(
                    file.toString(),
                    null,
                    "the SentencePiece model that was published with the weights is expected there");
        }
        byte[] content = Files.readAllBytes(file);
        int pieces = new Scan(file, content).pieces();
        if (pieces == 0) {
            throw new IOException(file + " is no SentencePiece model: it has no pieces");
        }
        return new SentencePieceFile(content, pieces);
    }

    /** Walks over the fields of the outermost message. */
    private static final class Scan {
        private final Path file;
        private final byte[] content;
        private int at;

        Scan(Path file, byte[] content) {
            this.file = file;
            this.content = content;
        }

        int pieces() throws IOException {
            int pieces = 0;
            while (at < content.length) {
                int start = at;
                long key = varint();
                int kind = (int) (key & 7);
                long length =
                        switch (kind) {
                            case VARINT -> {
                                varint();
                                yield 0;
                            }
                            case FIXED_64 -> Long.BYTES;
                            case FIXED_32 -> Integer.BYTES;
                            case WITH_LENGTH -> varint();
                            default ->
                                throw new IOException(file + " is no SentencePiece model: field of unknown kind " + kind
                                        + " at byte " + start);
                        };
                if (length < 0 || length > content.length - at) {
                    throw new IOException(file + " is no SentencePiece model, or cut off: the field at byte " + start
                            + " needs " + length + " bytes, " + (content.length - at) + " are left; fetch it again");
                }
                at += (int) length;
                if (key == (PIECE << 3 | WITH_LENGTH)) {
                    pieces++;
                }
            }
            return pieces;
        }

        private long varint() throws IOException {
            long value = 0;
            for (int shift = 0; shift < Long.SIZE && at < content.length; shift += 7) {
                byte part = content[at++];
                value |= (long) (part & 0x7F) << shift;
                if (part >= 0) {
                    return value;
                }
            }
            throw new IOException(file + " is no SentencePiece model, or cut off at byte " + at + "; fetch it again");
        }
    }
}
