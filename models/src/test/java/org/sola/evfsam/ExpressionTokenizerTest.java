package org.sola.evfsam;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ExpressionTokenizerTest {
    @TempDir
    Path folder;

    /** What the slow XLMRobertaTokenizer of transformers 4.44.2 gives, see scripts/evfsam_tokenizer.py. */
    @Test
    void piecesAreNumberedAsTheReferenceNumbersThem() throws IOException {
        var lines = Files.readAllLines(Path.of("src/test/resources/evfsam/pieces.tsv"));
        assertTrue(lines.size() > 20);
        try (var tokenizer = ExpressionTokenizer.open(TinyEvfSam.TOKENIZER)) {
            assertEquals(1602, tokenizer.vocabulary());
            for (String line : lines) {
                var fields = line.split("\t");
                String text = new ObjectMapper().readValue(fields[0], String.class);
                long[] expected = Arrays.stream(fields[1].split(" "))
                        .mapToLong(Long::parseLong)
                        .toArray();
                assertArrayEquals(expected, tokenizer.encode(text), fields[0]);
            }
        }
    }

    @Test
    void severalThreadsGetWhatOneGets() throws IOException {
        try (var tokenizer = ExpressionTokenizer.open(TinyEvfSam.TOKENIZER)) {
            var texts = IntStream.range(0, 200)
                    .mapToObj(i -> "the " + i + " red cars")
                    .toList();
            var alone = texts.stream()
                    .map(tokenizer::encode)
                    .map(LongStream::of)
                    .map(LongStream::boxed)
                    .toList();
            var together = texts.parallelStream().map(tokenizer::encode).toList();
            for (int i = 0; i < texts.size(); i++) {
                assertEquals(
                        alone.get(i).toList(),
                        Arrays.stream(together.get(i)).boxed().toList());
            }
        }
    }

    @Test
    void aMissingFileIsNamed() {
        var missing = folder.resolve("sentencepiece.bpe.model");
        var error = assertThrows(NoSuchFileException.class, () -> ExpressionTokenizer.open(missing));
        assertTrue(error.getMessage().contains(missing.toString()), error.getMessage());
    }

    @Test
    void aFileCutOffAnywhereIsRefusedWithItsName() throws IOException {
        byte[] whole = Files.readAllBytes(TinyEvfSam.TOKENIZER);
        var file = folder.resolve("cut.model");
        for (int length = 1; length < whole.length; length += length < 200 ? 1 : 9973) {
            Files.write(file, Arrays.copyOf(whole, length));
            try (var tokenizer = ExpressionTokenizer.open(file)) {
                tokenizer.encode("the red car"); // cut between two fields it may still be a model
            } catch (IOException e) {
                assertTrue(e.getMessage().contains(file.toString()), e.getMessage());
            }
        }
    }

    @Test
    void aFileOfAnotherKindIsRefusedWithItsName() throws IOException {
        var file = folder.resolve("other.model");
        for (String content :
                new String[] {"", "{\"model\": {}}", "\u0000\u0000\u0000\u0000", "PK\u0003\u0004 something"}) {
            Files.write(file, content.getBytes(StandardCharsets.ISO_8859_1));
            var error = assertThrows(IOException.class, () -> ExpressionTokenizer.open(file), content);
            assertTrue(error.getMessage().contains(file + " is no SentencePiece model"), error.getMessage());
        }
    }

    @Test
    void closingTwiceIsHarmlessAndUseAfterwardsIsSaid() throws IOException {
        var tokenizer = ExpressionTokenizer.open(TinyEvfSam.TOKENIZER);
        tokenizer.close();
        tokenizer.close();
        assertThrows(IllegalStateException.class, () -> tokenizer.encode("a"));
    }
}
