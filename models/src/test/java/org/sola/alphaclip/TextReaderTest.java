package org.sola.alphaclip;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.sola.text.TokenizerKind;

class TextReaderTest {
    private static final AlphaClipConfig.Text CLIP =
            new AlphaClipConfig.Text(TokenizerKind.CLIP_PAIRS, 49408, 77, 8, 1, 1);
    private static final AlphaClipConfig.Text WORDS =
            new AlphaClipConfig.Text(TokenizerKind.WORD_PIECE, 30522, 8, 8, 1, 1);

    private static Path vocabulary() {
        var file = Path.of(System.getProperty("parity")).resolveSibling("vocab/bpe_simple_vocab_16e6.txt.gz");
        Assumptions.assumeTrue(Files.isRegularFile(file), "CLIP's vocabulary is not at " + file);
        return file.getParent();
    }

    /** What the reference gives after its own library of repairs. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "café naïve façade | 15304 1097 35689 563 778 10067 1928",
                "two “curly” quotes and a person’s dog | 1237 257 20795 257 5808 537 320 2533 568 1929",
                "日本の犬 walking | 39121 44353 21575 163 232 361 3941",
                "emoji 🐶 dog | 16327 10631 1929",
                "dash – long — dash… | 10206 1224 1538 2005 10206 959"
            })
    void textsBeyondAsciiAreReadAsClipReadsThem(String text, String pieces) throws IOException {
        try (var reader = TextReader.open(CLIP, vocabulary())) {
            var expected = List.of(("49406 " + pieces + " 49407").split(" ")).stream()
                    .map(Long::valueOf)
                    .toList();
            assertEquals(expected, reader.read(text).ids());
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "The  RED\tcup  | the red cup",
                "black &amp;amp; white | black & white",
                "&lt;b&gt; | <b>",
                "<b> &amp; | <b> &",
                "ﬁsh ＡＢＣ | fish abc",
                "cafe\u0301 | café",
                "“so” ‘it’ | \"so\" 'it'",
                "a\u0000b\uFEFFc | abc"
            })
    void whatIsTypedInSeveralWaysBecomesOne(String text, String expected) {
        assertEquals(expected, TextReader.clean(text));
    }

    @Test
    void aTextThatIsTooLongLosesItsEndAndKeepsTheMarkOfIt() throws IOException {
        try (var reader = TextReader.builtIn(WORDS)) {
            var whole = reader.read("the dog");
            var cut = reader.read("the dog that ran after the red ball and then lay down");
            assertTrue(whole.isWhole());
            assertFalse(cut.isWhole());
            assertEquals(8, cut.size());
            assertEquals(whole.ids().subList(0, 3), cut.ids().subList(0, 3));
            assertEquals(whole.ids().get(3), cut.ids().get(7));
        }
    }

    @Test
    void aVocabularyThatIsMissingOrDamagedSaysWhichFile(@TempDir Path folder) throws IOException {
        var file = folder.resolve("bpe_simple_vocab_16e6.txt.gz");
        var missing = assertThrows(IOException.class, () -> TextReader.open(CLIP, folder));
        assertTrue(missing.getMessage().contains("no bpe_simple_vocab_16e6.txt.gz"), missing.getMessage());
        Files.writeString(file, "not packed");
        var plain = assertThrows(IOException.class, () -> TextReader.open(CLIP, folder));
        assertTrue(plain.getMessage().contains("is no gzip file"), plain.getMessage());
        try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(file))) {
            out.write("#version\ni n\n".getBytes(StandardCharsets.UTF_8));
        }
        var small = assertThrows(IOException.class, () -> TextReader.open(CLIP, folder));
        assertTrue(small.getMessage().contains("has 2 lines"), small.getMessage());
        assertThrows(IllegalArgumentException.class, () -> TextReader.builtIn(CLIP));
    }
}
