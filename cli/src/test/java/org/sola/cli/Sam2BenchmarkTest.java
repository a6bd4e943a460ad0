package org.sola.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.Device;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.sola.bench.Sam2Cases;
import org.sola.tensor.Precision;

/** The benchmark of SAM 2's parts, at a small input so that it takes seconds. */
class Sam2BenchmarkTest {
    @ParameterizedTest
    @ValueSource(strings = {"float32", "bfloat16"})
    void everyPartIsTimedAndTellsItsMemory(String precision) throws IOException {
        Precision.valueOf(precision.toUpperCase(Locale.ROOT))
                .refusal(Device.cpu())
                .ifPresent(why -> Assumptions.abort(why));
        var run = CommandRun.of(
                "bench",
                "sam2",
                "--json",
                "--image-size",
                "256",
                "--precision",
                precision,
                "--runs",
                "1",
                "--case",
                "image-encoder-t",
                "--case",
                "memory-attention-2",
                "--case",
                "sam-heads",
                "--case",
                "memory-encoder",
                "--case",
                "track-4");
        assertEquals(Failures.DONE, run.status(), run.err());
        var document = new ObjectMapper().readTree(run.out());
        assertEquals("sam2", document.path("bench").asText());
        assertEquals(precision, document.path("precision").asText());
        assertEquals(5, document.path("rows").size());
        for (var row : document.path("rows")) {
            assertTrue(row.path("seconds").asDouble() > 0, row.toString());
            assertTrue(row.path("cpu_seconds").asDouble() > 0, row.toString());
        }
        var tracking = document.path("rows").get(4);
        assertEquals("track-4", tracking.path("case").asText());
        // 7 spatial memories of 16 x 16 places and 64 channels, 9 of one place, 16 pointers of 256 numbers
        assertEquals(
                4 * (7 * 256 * 64 + 9 * 64 + 16 * 256),
                tracking.path("bytes_per_object").asInt());
    }

    @Test
    void onRequestItAnswersEveryLineWithOneRun() throws IOException {
        var in = System.in;
        try {
            System.setIn(new ByteArrayInputStream(
                    "sam-heads\nsam-heads\nclose sam-heads\nmemory-encoder\n".getBytes(StandardCharsets.UTF_8)));
            var run = CommandRun.of("bench", "sam2", "--on-request", "--image-size", "256");
            assertEquals(Failures.DONE, run.status(), run.err());
            var lines = run.out().lines().toList();
            assertEquals(3, lines.size(), run.out());
            assertEquals(
                    "sam-heads",
                    new ObjectMapper().readTree(lines.get(1)).path("case").asText());
        } finally {
            System.setIn(in);
        }
    }

    @Test
    void aCaseThatIsNotThereIsAnsweredWithThoseThatAre() {
        var run = CommandRun.of("bench", "sam2", "--case", "magic");
        assertEquals(Failures.WRONG_INPUT, run.status());
        assertTrue(run.err().contains("there are: image-encoder-t"), run.err());
        assertTrue(Sam2Cases.names().contains("track-16"));
    }
}
