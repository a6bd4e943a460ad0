package org.sola.text;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.ndarray.NDManager;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class MiniLmTextEncoderTest {
    private static TransformerTextEncoder encoder;

    @BeforeAll
    static void open() throws IOException {
        long start = System.nanoTime();
        encoder = MiniLmTextEncoder.open();
        System.err.printf("MiniLM opened in %.2f s%n", (System.nanoTime() - start) / 1e9);
    }

    @AfterAll
    static void close() {
        encoder.close();
    }

    @Test
    void rowsEqualThoseOfOnnxRuntime() throws IOException {
        try (var in = MiniLmTextEncoderTest.class.getResourceAsStream("minilm.json");
                var manager = NDManager.newBaseManager()) {
            for (var golden : new ObjectMapper().readTree(in).path("cases")) {
                var tokens = encoder.encode(golden.path("expression").asText());
                assertEquals(
                        golden.path("ids").isArray()
                                ? golden.path("ids").size()
                                : golden.path("ids").asInt(),
                        tokens.words(),
                        tokens.pieces().toString());
                var rows = tokens.toArray(manager);
                for (int i = 0; i < golden.path("rows").size(); i++) {
                    for (int j = 0; j < golden.path("columns").size(); j++) {
                        assertEquals(
                                golden.path("values").get(i).get(j).asDouble(),
                                rows.getFloat(
                                        golden.path("rows").get(i).asInt(),
                                        golden.path("columns").get(j).asInt()),
                                2e-5,
                                tokens.expression());
                    }
                }
                double sum = rows.square().sum().getFloat();
                assertEquals(golden.path("sum_of_squares").asDouble(), sum, 1e-4 * sum);
            }
        }
    }

    @Test
    void piecesStartAndEndWithTheSpecialTokens() {
        var tokens = encoder.encode("the red car");
        assertEquals("[[CLS], the, red, car, [SEP]]", tokens.pieces().toString());
        assertEquals(384, tokens.pooled().length);
        assertFalse(tokens.truncated());
    }

    @Test
    void anExpressionIsEncodedOnce() {
        assertSame(encoder.encode("the small dog"), encoder.encode("the small dog"));
    }

    @Test
    void aVeryLongExpressionLosesItsEndAndSaysSo() {
        var tokens = encoder.encode("the dog ".repeat(300));
        assertTrue(tokens.truncated());
        assertEquals(TextModelConfig.miniLm().maxPieces(), tokens.words());
        assertEquals("[SEP]", tokens.pieces().get(tokens.words() - 1));
    }

    @Test
    void anEmptyExpressionIsRefused() {
        assertThrows(IllegalArgumentException.class, () -> encoder.encode(" \t"));
    }

    @Test
    void aTruncatedOnnxFileIsRefusedWithTheReason() throws IOException {
        byte[] bytes;
        try (var in = MiniLmTextEncoder.class.getResourceAsStream("/all-minilm-l6-v2.onnx")) {
            bytes = in.readNBytes(100_000);
        }
        try (var manager = NDManager.newBaseManager()) {
            var e = assertThrows(IOException.class, () -> OnnxWeights.read(new ByteArrayInputStream(bytes), manager));
            assertTrue(e.getMessage().contains("truncated"), e.getMessage());
        }
    }
}
