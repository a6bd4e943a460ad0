package org.sola.text;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CachedTextEncoderTest {
    private static final List<String> TEXTS = List.of("the dog", "a red \"car\"", "東京", "the dog");

    @TempDir
    private Path folder;

    /** Counts what it is asked for. */
    private static final class Words implements TextEncoder {
        private final List<String> asked = new ArrayList<>();
        private final String fingerprint;

        Words(String fingerprint) {
            this.fingerprint = fingerprint;
        }

        @Override
        public String name() {
            return "words";
        }

        @Override
        public String fingerprint() {
            return fingerprint;
        }

        @Override
        public int dimension() {
            return 2;
        }

        @Override
        public TextTokens encode(String expression) {
            asked.add(expression);
            var pieces = List.of(expression.split(" "));
            var rows = new float[2 * pieces.size()];
            for (int i = 0; i < rows.length; i++) {
                rows[i] = (pieces.get(i / 2) + i).hashCode() / 7f;
            }
            return new TextTokens(expression, pieces, 2, false, rows);
        }

        @Override
        public void close() {}
    }

    private static void assertEqual(TextTokens expected, TextTokens found) {
        assertEquals(expected.pieces(), found.pieces());
        assertArrayEquals(TransformerTextEncoderTest.rows(expected), TransformerTextEncoderTest.rows(found));
    }

    @Test
    void anExpressionIsEncodedOnceForAllRuns() {
        var first = new Words("1");
        var before = CachedTextEncoder.of(first, folder).encodeAll(TEXTS);
        assertEquals(TEXTS.subList(0, 3), first.asked);
        var second = new Words("1");
        var after = CachedTextEncoder.of(second, folder).encodeAll(TEXTS);
        assertEquals(List.of(), second.asked);
        for (int i = 0; i < TEXTS.size(); i++) {
            assertEqual(before.get(i), after.get(i));
        }
    }

    @Test
    void anotherModelHasItsOwn() {
        CachedTextEncoder.of(new Words("1"), folder).encode("the dog");
        var other = new Words("2");
        CachedTextEncoder.of(other, folder).encode("the dog");
        assertEquals(List.of("the dog"), other.asked);
    }

    @Test
    void aFileCutAnywhereIsComputedAgain() throws IOException {
        var cached = CachedTextEncoder.of(new Words("1"), folder);
        var whole = cached.encode("the dog");
        byte[] bytes = Files.readAllBytes(cached.file("the dog"));
        for (int length = 0; length < bytes.length; length += 7) {
            Files.write(cached.file("the dog"), Arrays.copyOf(bytes, length));
            var words = new Words("1");
            assertEqual(whole, CachedTextEncoder.of(words, folder).encode("the dog"));
            assertEquals(1, words.asked.size());
            assertArrayEquals(bytes, Files.readAllBytes(cached.file("the dog")));
        }
    }

    @Test
    void aChangedByteIsNoticed() throws IOException {
        var cached = CachedTextEncoder.of(new Words("1"), folder);
        var whole = cached.encode("the dog");
        byte[] bytes = Files.readAllBytes(cached.file("the dog"));
        bytes[bytes.length - 3] ^= 4;
        Files.write(cached.file("the dog"), bytes);
        var words = new Words("1");
        assertEqual(whole, CachedTextEncoder.of(words, folder).encode("the dog"));
        assertEquals(1, words.asked.size());
    }

    @Test
    void aFolderThatCannotBeWrittenCostsOnlyTheCache() throws IOException {
        var occupied = Files.writeString(folder.resolve("file"), "not a folder");
        var cached = CachedTextEncoder.of(new Words("1"), occupied);
        assertEqual(new Words("1").encode("the dog"), cached.encode("the dog"));
    }

    @Test
    void anEmptyExpressionIsRefused() {
        var cached = CachedTextEncoder.of(new Words("1"), folder);
        assertThrows(IllegalArgumentException.class, () -> cached.encode(" \n"));
    }
}
